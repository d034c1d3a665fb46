#!/usr/bin/python3
"""What a user can get wrong: each case must end the whole job with a non-zero exit code within ten
seconds, say why in one line of shoal's own, and leave no output file that looks complete."""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import h5py

# mpirun waits a second for the other ranks of a job that ends: time for other cases.
AT_ONCE = 2


class Cases:
    def __init__(self, shoal, mpirun, folder, pool):
        self.shoal, self.mpirun, self.folder = shoal, mpirun.split(), folder
        self.pool, self.running, self.failures = pool, [], []
        self.good = {}

    def path(self, name):
        return str(self.folder / name)

    def prepare(self):
        self.quiet("draw", "picture", self.path("fish.png"))
        self.quiet("draw", "picture", self.path("fish.jpg"))
        self.quiet("draw", "clip", self.path("short.mp4"), "--frames", "5")
        self.quiet("draw", "clip", self.path("many.mp4"), "--frames", "60", "--size", "64x64")
        self.quiet("weights", "init", "alexnet", "-o", self.path("alexnet.h5"))
        self.good = {"--model": "alexnet", "--weights": self.path("alexnet.h5"),
                     "--input": self.path("fish.png")}

    def quiet(self, *words):
        subprocess.run([self.shoal, *words], check=True, stdout=subprocess.DEVNULL)

    def refused(self, name, expected, changes):
        """Tries it while the next cases are prepared: no two share a file that changes."""
        self.running.append(self.pool.submit(self.try_now, name, expected, changes))

    def try_now(self, name, expected, changes):
        """Runs with some options changed; `expected` must be in the one line that says why."""
        own = self.folder / "outputs" / name
        own.mkdir(parents=True)
        options = {**self.good, "--output": str(own / "answers.jsonl"), **changes}
        words = [word for pair in options.items() for word in pair]
        command = [*self.mpirun, "-n", "2", self.shoal, "run", *words]
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True)
        seconds = time.monotonic() - began
        told = [line for line in done.stderr.splitlines() if line.startswith("shoal: ")
                and not line.startswith("shoal: planned for ") and " kept in " not in line]
        output = pathlib.Path(options["--output"])
        problems = []
        if done.returncode == 0:
            problems.append("exit code 0")
        if seconds > 10:
            problems.append(f"took {seconds:.1f} s")
        if len(told) != 1 or expected not in told[0]:
            problems.append(f"said {told or done.stderr[-2000:]}")
        if output.is_file():
            problems.append(f"left {output}")
        if list(output.parent.glob("*.part")) and " kept in " not in done.stderr:
            problems.append("left a .part file")
        if problems:
            self.failures.append(f"{name}: {'; '.join(problems)}")
        print(f"{'FAILED' if problems else 'ok    '} {name}: {told[0] if told else ''}", flush=True)

    def run_all(self):
        self.weights()
        self.inputs()
        self.plans()
        self.options()
        self.outputs()
        for case in self.running:
            case.result()

    def weights(self):
        self.refused("weights missing", "nowhere.h5", {"--weights": self.path("nowhere.h5")})
        cut = self.path("cut.h5")
        shutil.copy(self.path("alexnet.h5"), cut)
        with open(cut, "r+b") as file:
            file.truncate(30_000_000)
        self.refused("weights cut short", "cut.h5", {"--weights": cut})
        self.refused("weights are a text", "not an HDF5 file", {"--weights": __file__})
        lacking = self.path("lacking.h5")
        shutil.copy(self.path("alexnet.h5"), lacking)
        with h5py.File(lacking, "r+") as file:
            del file["conv3"]
        self.refused("a layer is missing", "conv3", {"--weights": lacking})
        other = self.path("other.h5")
        shutil.copy(self.path("alexnet.h5"), other)
        with h5py.File(other, "r+") as file:
            del file["conv2/conv2/kernel:0"]
            file["conv2/conv2/kernel:0"] = [[1.0, 2.0], [3.0, 4.0]]
        self.refused("a layer of another shape", "conv2/kernel:0 is 2x2, the network needs 5x5x48x128",
                     {"--weights": other})
        self.refused("another network's weights", "block1_conv1", {"--model": "vgg16"})

    def inputs(self):
        text = self.path("text.png")
        pathlib.Path(text).write_text("not a picture\n" * 100)
        self.refused("a text as picture", "text.png", {"--input": text})
        plain = self.path("text.txt")
        pathlib.Path(plain).write_text("not a picture\n" * 100)
        self.refused("a text file", "text.txt", {"--input": plain})
        cut = self.path("cut.jpg")
        pathlib.Path(cut).write_bytes(pathlib.Path(self.path("fish.jpg")).read_bytes()[:9000])
        self.refused("a JPEG cut short", "cut.jpg", {"--input": cut})
        self.refused("no such picture", "nothing.png", {"--input": self.path("nothing.png")})
        empty = self.path("empty.png")
        pathlib.Path(empty).touch()
        self.refused("an empty file", "empty.png", {"--input": empty})
        (self.folder / "empty").mkdir()
        self.refused("an empty folder", "empty", {"--input": str(self.folder / "empty")})
        self.refused("no such camera", "/dev/video77", {"--input": "/dev/video77"})

    def plans(self):
        self.refused("unknown layer in --split", "conv9", {"--split": "conv9=spatial:2"})
        self.refused("unknown scheme in --split", "diagonal", {"--split": "conv1=diagonal:2"})
        self.refused("a scheme that does not fit", "fc1", {"--split": "fc1=spatial:2"})
        self.refused("more shards than ranks", "needs 9 ranks", {"--split": "conv1=spatial:9"})
        plan = {"format": "shoal-plan", "version": 1, "model": "alexnet", "ranks": 4,
                "stages": [{"ranks": [0, 1, 2, 3],
                            "layers": {"conv1": {"scheme": "spatial", "shares": [1, 1, 1, 1]}}}]}
        self.plan("a plan for more ranks", "for 4 ranks, there are 2", plan)
        plan["stages"][0]["layers"]["conv1"]["shares"] = [1, -1, 1, 1]
        self.plan("a negative share", "/stages/0/layers/conv1/shares", plan)
        plan["stages"][0]["layers"] = {"conv1": {"schema": "spatial"}}
        self.plan("a misspelt key", "/stages/0/layers/conv1/schema", plan)
        plan["version"] = 99
        self.plan("a plan of the future", "/version", plan)
        broken = self.path("broken.json")
        pathlib.Path(broken).write_text("{")
        self.refused("a plan that is no JSON", "broken.json", {"--plan": broken})

    def plan(self, name, expected, document):
        path = self.path(f"{name}.json")
        pathlib.Path(path).write_text(json.dumps(document))
        self.refused(name, expected, {"--plan": path})

    def options(self):
        self.refused("unknown option", "--colour", {"--colour": "red"})
        self.refused("unknown model", "vgg17", {"--model": "vgg17"})
        self.refused("planning again without a profile", "--profile", {"--replan": "auto"})
        self.refused("a profile that is none", "fish.png",
                     {"--replan": "auto", "--profile": self.path("fish.png")})
        self.refused("a slowdown that is none", "[RANK:]FACTOR[@FRAME]", {"--slow": "1:3@"})
        labels = self.path("labels.txt")
        pathlib.Path(labels).write_text("one\ntwo\n")
        self.refused("too few labels", "has 2 lines, the network has 1000", {"--labels": labels})

    def outputs(self):
        self.refused("output in no folder", "/answers.jsonl", {"--output": self.path("no/answers.jsonl")})
        self.refused("output is a folder", "is a folder", {"--output": str(self.folder / "empty")})
        self.refused("a full disk, text", "No space left on device", {"--output": "/dev/full"})
        self.full_disk()

    def full_disk(self):
        """A disk of 256 kB with a few kB left. Only root can mount one; without, /dev/full is all."""
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)],
                                 stderr=subprocess.DEVNULL)
        if mounted.returncode != 0:
            print("passed over: a full disk at --output FILE, no tmpfs can be mounted here")
            return
        try:
            (disk / "filler").write_bytes(bytes(256 * 1024))
            self.try_now("a full disk, text file", "No space left on device",
                         {"--output": str(disk / "a.txt")})
            (disk / "filler").write_bytes(bytes(248 * 1024))
            for name in ("a.h5", "b.h5"):
                self.try_now(f"a full disk, HDF5 {name}", name,
                             {"--output": str(disk / name), "--input": self.path("many.mp4")})
        finally:
            subprocess.run(["umount", str(disk)], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(AT_ONCE) as pool:
        cases = Cases(arguments.shoal, arguments.mpirun, pathlib.Path(name), pool)
        cases.prepare()
        cases.run_all()
        if cases.failures:
            sys.exit("\n".join(cases.failures))


if __name__ == "__main__":
    main()
