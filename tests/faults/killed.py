#!/usr/bin/python3
"""kill -9 of all processes of a run, mpirun's too, at random moments from its first process to its end,
for each format of results. What is left can be read and holds whole answers, the first ones, and
`--resume` completes it to the undisturbed run's file: byte for byte but for the times, HDF5 by its
datasets and attributes. Nothing else is left beside it."""

import argparse
import collections
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import jobs  # noqa: E402
import ranks  # noqa: E402
import results  # noqa: E402

RANKS = 2
FRAMES = 1500
MODEL = "conv:16x16x3:2:3"


class Trial:
    def __init__(self, arguments, folder):
        self.shoal = arguments.shoal
        self.launcher = [*arguments.mpirun.split(), "-n", str(RANKS)]
        self.clip, self.weights = folder / "clip.avi", folder / "weights.h5"
        self.out = folder / "out"
        self.random = random.Random(arguments.seed)
        for words in (["draw", "clip", self.clip, "--frames", str(FRAMES), "--size", "16x16"],
                      ["weights", "init", MODEL, "-o", self.weights]):
            subprocess.run([self.shoal, *words], check=True, stdout=subprocess.DEVNULL)

    def options(self, *words):
        return ["--model", MODEL, "--weights", self.weights, "--input", self.clip, "--threads", "1",
                *words]

    def start(self, ending):
        jobs.clean(self.out)
        return jobs.Job(self.launcher, self.shoal, self.options("--split", f"conv=spatial:{RANKS}"),
                        self.out / f"answers.{ending}")

    def undisturbed(self, ending):
        """What the file holds, its answers, and how long the run took."""
        began = time.monotonic()
        job = self.start(ending)
        code, said = job.end()
        if code != 0:
            sys.exit(f"the undisturbed run: exit code {code}: {said}")
        took = time.monotonic() - began
        return results.contents(job.output), results.read(job.output), took

    def killed(self, ending, whole, answers, took):
        """What was left of one run: its kind, and how many answers."""
        job = self.start(ending)
        # MPI takes the first third, in which nothing is written.
        time.sleep(self.random.uniform(took / 4, took))
        end(job)
        if job.output.exists():
            if results.contents(job.output) != whole or job.part.exists():
                raise jobs.Failure("what has the name of a whole file is none")
            return "whole", len(answers)
        # An empty file is one that was just made.
        is_partial = job.part.exists() and job.part.stat().st_size > 0
        found = results.read(job.part) if is_partial else []
        if found != answers[:len(found)]:
            raise jobs.Failure(f"the {len(found)} answers kept are not the first ones")
        done = subprocess.run([self.shoal, "run", *self.options("--output", job.output, "--resume")],
                              capture_output=True, text=True, timeout=jobs.WITHIN)
        if done.returncode != 0:
            raise jobs.Failure(f"--resume of {len(found)} answers: {done.stderr}")
        if results.contents(job.output) != whole:
            raise jobs.Failure(f"--resume of {len(found)} answers gives another file")
        if os.listdir(self.out) != [job.output.name]:
            raise jobs.Failure(f"--resume leaves {os.listdir(self.out)}")
        return "partial" if is_partial else "nothing", len(found)


def end(job):
    """First what could start a rank, then every rank."""
    job.process.kill()
    killed = set()
    while (left := set(job.ranks().values())) or any(map(ranks.is_running, killed)):
        killed |= left
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
    job.process.communicate()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    parser.add_argument("--times", type=int, default=5, help="for each format")
    parser.add_argument("--only", choices=results.FORMATS)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    tally = jobs.Tally()
    for ending in [arguments.only] if arguments.only else results.FORMATS:
        with tempfile.TemporaryDirectory() as name:
            trial = Trial(arguments, pathlib.Path(name))
            expected = trial.undisturbed(ending)
            left, kept = collections.Counter(), []
            for i in range(arguments.times):
                try:
                    what, count = trial.killed(ending, *expected)
                    left[what] += 1
                    kept += [count] if what == "partial" else []
                except (jobs.Failure, OSError, ValueError, KeyError, IndexError) as failure:
                    tally.wrong(f"{ending}, kill {i}: {failure!r}")
            print(f"{ending}, {arguments.times} kills: {dict(left)}; answers in partial files "
                  f"{min(kept, default=0)} to {max(kept, default=0)}", flush=True)
    tally.end()


if __name__ == "__main__":
    main()
