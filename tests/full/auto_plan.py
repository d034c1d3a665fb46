#!/usr/bin/python3
"""Runs of several ranks that plan by themselves: what they say, that they answer what one rank
answers, and what they refuse. Ranks that a given split leaves idle are told."""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import alexnet_run

FRAMES = 8


class Runs:
    def __init__(self, shoal, mpirun, folder):
        self.shoal, self.mpirun, self.folder = shoal, mpirun.split(), folder

    def prepare(self):
        self.clip, self.weights = alexnet_run.prepare(self.shoal, self.folder, FRAMES)
        self.picture = self.folder / "fish.png"
        self.call(self.shoal, "draw", "picture", self.picture)

    def call(self, *words, code=0):
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
        if done.returncode != code:
            sys.exit(f"{words}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def run(self, ranks, *words, code=0):
        """What shoal said beside the answers, a line each, and the whole standard output."""
        done = self.call(*self.mpirun, "-n", ranks, self.shoal, "run", "--model", "alexnet",
                         "--weights", self.weights, *words, code=code)
        said = [line for line in done.stderr.splitlines() if line.startswith("shoal: ")]
        return said, done.stdout

    def expect(self, said, *parts):
        if len(said) != 1 or not all(part in said[0] for part in parts):
            sys.exit(f"{said}, not a line with {parts}")
        print(said[0], flush=True)

    def plans(self):
        for ranks in (2, 3):
            said, _ = self.run(ranks, "--input", self.picture, "--verify")
            self.expect(said, f"planned for latency on {ranks} equal devices")
            said, _ = self.run(ranks, "--input", self.clip, "--split", "auto", "--verify")
            self.expect(said, f"planned for throughput on {ranks} equal devices")
        said, _ = self.run(2, "--input", self.clip, "--frames", 4, "--objective", "latency")
        self.expect(said, "planned for latency")

    def answers(self):
        """The same as one rank's, and with --quiet nothing is said."""
        files = [self.folder / f"answers{ranks}.jsonl" for ranks in (1, 3)]
        for ranks, file in zip((1, 3), files):
            said, out = self.run(ranks, "--input", self.clip, "--output", file, "--quiet")
            if said or out.strip():
                sys.exit(f"--quiet, and yet {said} {out}")
        one, three = (alexnet_run.json_lines(file) for file in files)
        alexnet_run.compare([line for line in three if "frame" in line],
                            [line for line in one if "frame" in line])

    def profiles(self):
        profile = pathlib.Path(__file__).parents[2] / "profiles/pi3-keras.json"
        said, _ = self.run(2, "--input", self.picture, "--profile", profile)
        self.expect(said, "2 devices of pi3-keras", "predicted")
        document = json.loads(profile.read_text())
        document["devices"] *= 2
        small = self.folder / "two.json"
        small.write_text(json.dumps(document))
        said, _ = self.run(3, "--input", self.picture, "--profile", small, code=1)
        self.expect(said, "2 devices, not 3")

    def refusals(self):
        shards = self.folder / "shards"
        self.call(self.shoal, "weights", "shard", self.weights, "--model", "alexnet", "--split",
                  "conv=spatial:2", "--ranks", 2, "-o", shards)
        self.weights, whole = shards, self.weights
        said, _ = self.run(2, "--input", self.picture, code=1)
        self.expect(said, "shards are made for one plan", "--plan")
        self.weights = whole

    def idle(self):
        said, _ = self.run(3, "--input", self.picture, "--split", "fc1=output:2")
        self.expect(said, "1 of 3 ranks has nothing to do by this plan: 2")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        runs = Runs(arguments.shoal, arguments.mpirun, pathlib.Path(name))
        runs.prepare()
        runs.plans()
        runs.answers()
        runs.profiles()
        runs.refusals()
        runs.idle()


if __name__ == "__main__":
    main()
