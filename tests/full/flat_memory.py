#!/usr/bin/python3
"""A run of days must not fill the memory: after the first frames a rank's own memory stays as it is,
with fewer threads than cores, whatever else the run is asked for. By RssAnon of /proc, since what a
library keeps for later is no leak to the sanitizers."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import h5py
import numpy

import ranks

MODEL = "conv:16x16x16:16:3"
FRAME = (16, 16, 16)
SETTLED = 200
MOST_GROWTH_KB = 1000
# name: ranks, further options. Chunks are computed by a call of many threads each.
PLAN = {"format": "shoal-plan", "version": 1, "model": MODEL, "ranks": 3, "output_rank": 2,
        "stages": [{"replicas": [{"ranks": [rank]} for rank in range(3)]}]}
CASES = {
    "one rank": (1, ["--model", MODEL, "--split", "conv=spatial:1@16"]),
    "three ranks": (3, ["--model", MODEL, "--split", "conv=spatial:3@4"]),
    "verified": (2, ["--model", MODEL, "--split", "conv=spatial:2@4", "--verify"]),
    "replicas": (3, ["--plan", "PLAN"]),
}


def make_input(shoal, folder, frames):
    subprocess.run([shoal, "weights", "init", MODEL, "-o", folder / "weights.h5"], check=True,
                   stdout=subprocess.DEVNULL)
    random = numpy.random.default_rng(1)
    with h5py.File(folder / "frames.h5", "w") as file:
        rows = file.create_dataset("frames", (frames, *FRAME), dtype="f4")
        for first in range(0, frames, 1000):
            count = min(1000, frames - first)
            rows[first:first + count] = random.random((count, *FRAME), dtype=numpy.float32)


def anonymous_kb(process):
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    raise OSError("no RssAnon")


def sizes(launcher, command, metrics, frames):
    """What each rank takes after the first frames, and the most after that: process -> (kB, kB)."""
    mark = f"SHOAL_FLAT_MEMORY={os.getpid()}"
    name, _, value = mark.partition("=")
    job = subprocess.Popen([*launcher, *command], env={**os.environ, name: value},
                           stdout=subprocess.DEVNULL)
    first, last = {}, {}
    while job.poll() is None:
        time.sleep(0.02)
        parts = list(metrics.parent.glob(metrics.name + "*"))
        if not parts or not parts[0].stat().st_size > SETTLED * 150:
            continue
        for process in ranks.of_job(mark).values():
            try:
                kilobytes = anonymous_kb(process)
            except OSError:
                continue
            # A process that ends gives its memory back little by little.
            last[process] = max(kilobytes, last.get(process, 0))
            first.setdefault(process, kilobytes)
    if job.returncode != 0:
        sys.exit(f"exit code {job.returncode}")
    return {process: (first[process], last[process]) for process in first}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    parser.add_argument("--frames", type=int, default=2000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_input(arguments.shoal, folder, arguments.frames)
        plan = folder / "plan.json"
        plan.write_text(json.dumps(PLAN))
        for case, (count, further) in CASES.items():
            launcher = arguments.mpirun.split() + ["-n", str(count)] if count > 1 else []
            metrics = folder / "metrics.jsonl"
            command = [arguments.shoal, "run", "--weights", folder / "weights.h5", "--input",
                       folder / "frames.h5", "--output", folder / "answers.jsonl", "--metrics",
                       metrics, "--threads", "1", "--quiet",
                       *(plan if word == "PLAN" else word for word in further)]
            found = sizes(launcher, command, metrics, arguments.frames)
            if len(found) < count:
                sys.exit(f"{case}: looked at {len(found)} of {count} ranks")
            growth = max(after - before for before, after in found.values())
            print(f"{case}: {found}, at most {growth} kB more", flush=True)
            if growth >= MOST_GROWTH_KB:
                sys.exit(f"{case}: grew by {growth} kB in {arguments.frames} frames")
            metrics.unlink()


if __name__ == "__main__":
    main()
