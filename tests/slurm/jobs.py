#!/usr/bin/python3
"""The jobs of experiments/slurm, run by a real Slurm of two nodes on this computer: answers as one
rank's by srun and by mpirun, the items of experiments/reproduce as an array, and a run that is
interrupted and goes on after its requeue. Skipped where Slurm is not installed or does not start."""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from cluster import Cluster, Unavailable

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "full"))

import alexnet_run  # noqa: E402

SKIPPED = 77
WITHIN = 240
FRAMES = 6
PICTURES = 240
PART = 100


def expect(condition, what):
    if not condition:
        sys.exit(f"wrong: {what}")


def call(*words):
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False,
                          timeout=WITHIN)
    expect(done.returncode == 0, f"{words}: exit code {done.returncode}: {done.stderr}")
    return done.stdout.strip()


def said(log):
    return log.read_text(errors="replace") if log.exists() else "nothing"


class Jobs:
    def __init__(self, shoal, folder):
        self.shoal, self.folder = shoal, folder
        self.clip, self.weights = alexnet_run.prepare(shoal, folder, FRAMES)
        self.profile = folder / "profile.json"
        os.environ.update(SHOAL=shoal, MODEL="alexnet", WEIGHTS=str(self.weights))
        os.chdir(ROOT)

    def submit(self, script, log, *options, **variables):
        for name, value in variables.items():
            os.environ[name] = str(value)
        number = call("sbatch", "--parsable", f"--output={log}", *options,
                      ROOT / "experiments" / "slurm" / f"{script}.sbatch")
        for name in variables:
            del os.environ[name]
        return number

    def wait(self, number, log):
        """Until the job, or all of an array, is done; it must have succeeded."""
        deadline = time.monotonic() + WITHIN
        while time.monotonic() < deadline:
            told = call("scontrol", "--oneliner", "show", "job", number)
            states = [line.partition("JobState=")[2].split()[0] for line in told.splitlines()]
            if all(state == "COMPLETED" for state in states):
                return
            expect("FAILED" not in states and "CANCELLED" not in states,
                   f"job {number}: {told}\nIt said:\n{said(log)}")
            time.sleep(0.3)
        sys.exit(f"job {number} does not end: {told}\nIt said:\n{said(log)}")

    def one_rank(self, source):
        answers = self.folder / "expected.jsonl"
        call(self.shoal, "run", "--model", "alexnet", "--weights", self.weights, "--input", source,
             "--output", answers, "--quiet")
        return alexnet_run.json_lines(answers)

    def runs(self, launch):
        """By either launcher; the first measures the profile, the other finds it."""
        results, log = self.folder / launch.split()[0], self.folder / "run.log"
        number = self.submit("run", log, LAUNCH=launch, INPUT=self.clip, RESULTS=results,
                             PROFILE=self.profile)
        self.wait(number, log)
        found = alexnet_run.json_lines(results / "answers.jsonl")
        expect(len(found) == FRAMES, f"{len(found)} answers to {FRAMES} frames")
        alexnet_run.compare(found, self.one_rank(self.clip))
        expect(" on 2 ranks" in said(log), f"no two ranks, but\n{said(log)}")
        print(f"{launch}: {FRAMES} answers as those of one rank", flush=True)

    def refuses_to_compute_apart(self):
        """Of tasks that do not find each other, each would compute the whole job; a task alone may,
        and a batch script."""
        alone = (f"{self.shoal} run --model alexnet --weights {self.weights} --input {self.clip} "
                 "--frames 1 --quiet")
        log = self.folder / "apart.log"
        number = call("sbatch", "--parsable", f"--output={log}", "--nodes=2", "--ntasks=2", "--wrap",
                      f"{alone} && srun --mpi=none -N 1 -n 1 {alone} && ! srun --mpi=none -n 2 {alone}")
        self.wait(number, log)
        text = said(log)
        expect(text.count("#0") == 2, f"not two answers, but\n{text}")
        expect("shoal: srun started 2 processes that do not find each other" in text, text)
        expect("OPAL ERROR" not in text, text)
        print("srun without PMIx: refused, but for a task alone", flush=True)

    def reproduces(self):
        items = ("fc-split", "c3d")
        variables = {"ITEMS": " ".join(items), "QUICK": 1, "RESULTS": self.folder / "reproduced"}
        log = self.folder / "array.log"
        number = self.submit("reproduce", log, "--array=0-1", "--open-mode=append", **variables)
        self.wait(number, log)
        log = self.folder / "report.log"
        number = self.submit("reproduce", log, f"--dependency=afterok:{number}", **variables)
        self.wait(number, log)
        expect(all(f"{item}: is there already" in said(log) for item in items), said(log))
        report = (self.folder / "reproduced" / "report.md").read_text()
        expect(report.count("\n## ") == len(items), f"the report is\n{report}")
        print("the report of two items, nothing run twice", flush=True)

    def goes_on_after_a_requeue(self):
        results, log = self.folder / "long", self.folder / "long.log"
        pictures = self.draw_pictures()
        plan = self.folder / "plan.json"
        call(self.shoal, "plan", "write", "--model", "alexnet", "--split", "conv=spatial:2", "-n", 2,
             "-o", plan)
        number = self.submit("long", log, PLAN=plan, PICTURES=pictures, PART=PART, RESULTS=results,
                             OPTIONS="--slow 1:4@0")
        self.interrupt(number, results / "answers", log)
        self.wait(number, log)
        counts = [len(alexnet_run.json_lines(part))
                  for part in sorted((results / "answers").glob("*.jsonl"))]
        expect(any(count < PART for count in counts[:-1]), f"parts of {counts} answers: never "
               f"interrupted, or a part was lost\n{said(log)}")
        found = alexnet_run.json_lines(results / "answers.jsonl")
        for i, answer in enumerate(found):  # each part counts from 0, in a folder of links
            answer.update(frame=i, input=str(pictures / pathlib.Path(answer["input"]).name))
        expect(len(found) == PICTURES, f"{len(found)} answers to {PICTURES} pictures")
        alexnet_run.compare(found, self.one_rank(pictures))
        print(f"{PICTURES} answers as those of one rank, in parts of {counts}", flush=True)

    def draw_pictures(self):
        folder = self.folder / "pictures"
        folder.mkdir()
        for seed in range(8):
            call(self.shoal, "draw", "picture", self.folder / f"{seed}.png", "--seed", seed, "--size",
                 "64x64")
        for i in range(PICTURES):
            (folder / f"{i:03}.png").symlink_to(self.folder / f"{i % 8}.png")
        return folder

    @staticmethod
    def interrupt(number, answers, log):
        """As the time limit does, in the first part."""
        for _ in range(WITHIN * 10):
            parts = list(answers.glob("000000000.jsonl.*"))
            if parts and parts[0].read_text().count("\n") > 3:
                call("scancel", "--batch", "--signal=TERM", number)
                return
            time.sleep(0.1)
        sys.exit(f"no picture was answered: {said(log)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    shoal = str(pathlib.Path(parser.parse_args().shoal).resolve())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    with tempfile.TemporaryDirectory() as slurm, tempfile.TemporaryDirectory() as folder:
        try:
            with Cluster(slurm):
                jobs = Jobs(shoal, pathlib.Path(folder))
                jobs.runs("srun --mpi=pmix")
                jobs.runs("mpirun --bind-to none")
                jobs.refuses_to_compute_apart()
                jobs.reproduces()
                jobs.goes_on_after_a_requeue()
        except Unavailable as reason:
            print(f"skipped: {reason}")
            sys.exit(SKIPPED)


if __name__ == "__main__":
    main()
