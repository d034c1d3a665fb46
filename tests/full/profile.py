#!/usr/bin/python3
"""shoal profile on two ranks: a document of its schema with every layer of the network in it, and
what a user can get wrong or a rank that is stopped, said in one line without leaving a file. No time
is judged."""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import jsonschema

import ranks

PATIENCE = 3
WITHIN = 60
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Cases:
    def __init__(self, shoal, mpirun, folder):
        self.shoal, self.mpirun, self.folder = shoal, mpirun.split(), folder
        schema = json.loads((ROOT / "docs/profile.schema.json").read_text())
        self.schema = jsonschema.Draft202012Validator(schema)

    def command(self, count, *words):
        return [*self.mpirun, "-n", str(count), self.shoal, "profile", *words]

    def run(self, count, *words):
        return subprocess.run(self.command(count, *words), capture_output=True, text=True)

    def profile(self, count, name):
        path = self.folder / name
        done = self.run(count, "--model", "alexnet", "--budget", "0", "-o", str(path))
        if done.returncode != 0:
            sys.exit(f"{count} ranks: {done.stderr}")
        document = json.loads(path.read_text())
        self.schema.validate(document)
        if len(document["devices"]) != count:
            sys.exit(f"{len(document['devices'])} devices for {count} ranks")
        for kind in document["devices"][0]["laws"]:
            if kind not in done.stdout:
                sys.exit(f"the table has no {kind}:\n{done.stdout}")
        return document

    def layers(self):
        listed = subprocess.run([self.shoal, "model", "alexnet", "--format", "json"], check=True,
                                capture_output=True, text=True).stdout
        return {one["name"] for one in json.loads(listed)["layers"] if one["flops"] > 0}

    def measures_every_layer(self):
        document = self.profile(2, "two.json")
        expected = self.layers() - {"input_1"}
        for device in document["devices"]:
            whole = {one["layer"] for one in device["measurements"] if one["fraction"] == 1}
            if whole != expected:
                sys.exit(f"measured whole: {sorted(whole)}, the network has {sorted(expected)}")
            cuts = {(one["layer"], one["cut"]) for one in device["measurements"]}
            for layer, cut in [("conv2", "outputs"), ("conv2", "inputs"), ("conv2", "space"),
                               ("fc1", "outputs"), ("fc1", "inputs"), ("pool1", "space")]:
                if (layer, cut) not in cuts:
                    sys.exit(f"{layer} is not cut by {cut}")
            # Of AlexNet's convolutions these have windows of 3x3.
            chosen = {one["layer"] for one in device["measurements"] if "algorithm" in one}
            if chosen != {"conv3", "conv4", "conv5"}:
                sys.exit(f"algorithms were tried of {sorted(chosen)}")
        if len(document["network"]["pairs"]) != 2 or len(document["network"]["slowdown"]) != 9:
            sys.exit(f"the network is {document['network']}")

    def knows_no_network_alone(self):
        if "network" in self.profile(1, "one.json"):
            sys.exit("one rank has a network")

    def refused(self, expected, *words):
        done = self.run(2, *words)
        told = [line for line in done.stderr.splitlines() if line.startswith("shoal: ")]
        if done.returncode == 0 or len(told) != 1 or expected not in told[0]:
            sys.exit(f"{words}: exit code {done.returncode}, said {told or done.stderr}")
        if list(self.folder.glob("bad*")):
            sys.exit(f"{words}: left a file")

    def refuses_mistakes(self):
        bad = str(self.folder / "bad.json")
        self.refused("--model is missing", "-o", bad)
        self.refused("alexnet", "--model", "alexnat", "-o", bad)
        self.refused("given twice", "--model", "vgg16", "--model", "vgg16", "-o", bad)
        self.refused("--output is missing", "--model", "alexnet")
        self.refused("cannot be written", "--model", "alexnet", "-o", "/no/such/folder/bad.json")
        self.refused("is a folder", "--model", "alexnet", "-o", str(self.folder))
        self.refused("--budget", "--model", "alexnet", "--budget", "-1", "-o", bad)
        self.refused("--threads", "--model", "alexnet", "--threads", "-1", "-o", bad)

    def ends_when_a_rank_is_stopped(self):
        """However long it would go on measuring, and wherever it is, in a call of MPI's or between two."""
        words = ("--model", "alexnet", "--budget", "60", "--patience", str(PATIENCE),
                 "-o", str(self.folder / "bad.json"))
        job = subprocess.Popen(self.command(2, *words), stderr=subprocess.PIPE, text=True,
                               env={**os.environ, "SHOAL_START_TIMEOUT": str(PATIENCE)})
        for line in job.stderr:
            if line.startswith("measuring"):
                break
        time.sleep(2)
        os.kill(ranks.of(job.pid)[1], signal.SIGSTOP)
        _, said = job.communicate(timeout=WITHIN)
        print(f"rank 1 stopped: exit code {job.returncode}, {said.splitlines()[:1]}", flush=True)
        if job.returncode == 0 or not re.search(
                "^shoal: rank 0 on .*(nothing came from rank 1 on|another rank has not come along for) ",
                said, re.MULTILINE):
            sys.exit(f"exit code {job.returncode}, said:\n{said}")
        # Who is ended within a call of MPI's leaves the file that it had made, empty.
        if any(left.stat().st_size > 0 for left in self.folder.glob("bad*")):
            sys.exit("a profile of half of the devices is left")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = Cases(options.shoal, options.mpirun, pathlib.Path(folder))
        cases.measures_every_layer()
        cases.knows_no_network_alone()
        cases.refuses_mistakes()
        cases.ends_when_a_rank_is_stopped()


if __name__ == "__main__":
    main()
