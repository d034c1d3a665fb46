#!/usr/bin/python3
"""Three stages, two replicas each, on six ranks: answers in order, each once, equal to one rank's,
never more frames in flight than there are credits; and after SIGINT at a random moment a readable
output of the frames that were answered. --repeat 50 is what a release should pass."""

import argparse
import json
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import h5py

import alexnet_run

FRAMES = 500
CREDITS = 7


def plan():
    stages = [("convolutions", "", {}), ("first", "flatten", {}), ("last", "fc2", {})]
    entries = []
    for i, (name, first, layers) in enumerate(stages):
        entry = {"name": name}
        if first:
            entry["from"] = first
        entry["replicas"] = [{"ranks": [2 * i + r], "layers": layers} for r in range(2)]
        entries.append(entry)
    return {"format": "shoal-plan", "version": 1, "model": "alexnet", "ranks": 6,
            "in_flight": CREDITS, "stages": entries}


class Pipeline:
    def __init__(self, shoal, mpirun, folder):
        self.shoal, self.mpirun, self.folder = shoal, mpirun.split(), folder
        self.answers = folder / "answers.jsonl"

    def prepare(self):
        clip, weights = alexnet_run.prepare(self.shoal, self.folder, FRAMES)
        document = self.folder / "plan.json"
        document.write_text(json.dumps(plan()))
        common = [self.shoal, "run", "--model", "alexnet", "--weights", weights, "--input", clip,
                  "--output", self.answers, "--top", "3"]
        self.command = [*self.mpirun, "-n", "6", *common, "--plan", document]
        subprocess.run(common, check=True, stdout=subprocess.DEVNULL)
        self.expected = alexnet_run.json_lines(self.answers)
        self.answers.unlink()

    def compare(self, path):
        found = alexnet_run.json_lines(path)
        alexnet_run.compare(found, self.expected)
        return len(found)

    def whole(self):
        done = subprocess.run(self.command, check=True, capture_output=True, text=True)
        in_flight = int(re.search(r"(\d+) in flight at most", done.stdout).group(1))
        if not 2 <= in_flight <= CREDITS:
            sys.exit(f"{in_flight} frames in flight with {CREDITS} credits")
        count = self.compare(self.answers)
        if count != FRAMES:
            sys.exit(f"{count} answers to {FRAMES} frames")
        self.answers.unlink()
        print(f"{count} answers, {in_flight} in flight", flush=True)

    def interrupted(self, seconds, kind):
        """After `seconds` SIGINT, as by Ctrl-C: mpirun hands it on as it does. What was answered is
        kept, as a partial file unless that was all."""
        output = self.answers.with_suffix(kind)
        part = output.with_name(output.name + ".part")
        command = [output if word is self.answers else word for word in self.command]
        job = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        job.send_signal(signal.SIGINT)
        job.wait(timeout=30)
        moment = f"{output.name}, interrupted after {seconds:.2f} s"
        if not output.is_file() and not part.is_file():
            print(f"{moment}, before the first frame", flush=True)
            return
        left = output if output.is_file() else part
        count = {".jsonl": self.compare, ".h5": self.count_hdf5, ".txt": self.count_text}[kind](left)
        print(f"{moment}: {count} answers in {left.name}", flush=True)
        if count < FRAMES and left == output or job.returncode == 0 and left == part:
            sys.exit(f"{moment}: {left.name} with exit code {job.returncode}")
        for path in self.folder.glob(f"*{output.name}*"):
            path.unlink()

    def count_hdf5(self, path):
        with h5py.File(path) as file:
            rows, names = file["probabilities"][:], file["frames"][:]
        if len(names) != len(rows):
            sys.exit(f"{len(names)} names for {len(rows)} answers")
        for i, (row, name, theirs) in enumerate(zip(rows, names, self.expected)):
            if name.decode() != theirs["input"]:
                sys.exit(f"answer {i} is that of {name}")
            for one in theirs["top"]:
                if abs(row[one["class"]] - one["probability"]) > alexnet_run.TOLERANCE:
                    sys.exit(f"answer {i}: {row}, one rank says {theirs['top']}")
        return len(rows)

    def count_text(self, path):
        """Blocks of a line with the input's name and a line for each guess, the last one whole."""
        lines = [line for line in path.read_text().splitlines()
                 if not line.startswith(("complete: ", "partial: "))]
        size = 1 + len(self.expected[0]["top"])
        if len(lines) % size:
            sys.exit(f"the last answer is cut off: {lines[-size:]}")
        for i, line in enumerate(lines[::size]):
            if self.expected[i]["input"] not in line:
                sys.exit(f"answer {i} is that of {line}")
        return len(lines) // size


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    moments = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name:
        pipeline = Pipeline(arguments.shoal, arguments.mpirun, pathlib.Path(name))
        pipeline.prepare()
        began = time.monotonic()
        pipeline.whole()
        length = time.monotonic() - began
        for i in range(arguments.repeat):
            if i > 0:
                pipeline.whole()
            for kind in (".jsonl", ".txt", ".h5"):
                pipeline.interrupted(moments.uniform(0.2, length), kind)


if __name__ == "__main__":
    main()
