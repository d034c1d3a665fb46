#!/usr/bin/python3
"""A rank that is stopped, or whose program is killed, ends the whole job: with a line that names it, a
code that is not zero and no process left behind. The frames that were answered are kept in a partial
file."""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import alexnet_run
import ranks

RANKS = 3
PATIENCE = 4
WITHIN = 60


class Jobs:
    def __init__(self, shoal, mpirun, folder):
        self.folder = folder
        clip, weights = alexnet_run.prepare(shoal, folder, 3000)
        self.answers = folder / "answers.jsonl"
        self.metrics = folder / "metrics.jsonl"
        self.command = [*mpirun.split(), "-n", str(RANKS), shoal, "run", "--model", "alexnet",
                        "--weights", weights, "--input", clip, "--split", "conv=spatial:3",
                        "--output", self.answers, "--metrics", self.metrics, "--quiet",
                        "--patience", str(PATIENCE)]

    def wait_for_frames(self, job):
        """Until the first frames are answered."""
        for _ in range(WITHIN * 10):
            parts = list(self.folder.glob("metrics.jsonl*"))
            if parts and len(parts[0].read_text().splitlines()) > 3 * RANKS:
                return
            if job.poll() is not None:
                sys.exit(f"the job ended by itself: {job.communicate()}")
            time.sleep(0.1)
        sys.exit("no frame was answered")

    def wait_for_end(self, processes):
        for _ in range(WITHIN):
            left = [process for process in processes if ranks.is_running(process)]
            if not left:
                return
            time.sleep(0.1)
        sys.exit(f"processes {left} are left")

    def fails(self, rank, signal_number, expected):
        job = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
        self.wait_for_frames(job)
        processes = ranks.of(job.pid)
        os.kill(processes[rank], signal_number)
        _, said = job.communicate(timeout=WITHIN)
        told = [line for line in said.splitlines() if expected in line]
        print(f"rank {rank}, signal {signal_number}: {told}", flush=True)
        if job.returncode == 0 or not told:
            sys.exit(f"exit code {job.returncode}, said:\n{said}")
        self.wait_for_end(processes.values())
        if self.metrics.exists():
            sys.exit("the metrics look complete")
        if self.answers.exists():
            sys.exit("a partial result looks complete")
        part = self.answers.with_name(self.answers.name + ".part")
        frames = [answer["frame"] for answer in alexnet_run.json_lines(part)]
        if not frames or frames != list(range(len(frames))):
            sys.exit(f"answers to {frames}")
        for part in self.folder.glob("*.part*"):
            part.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        jobs = Jobs(arguments.shoal, arguments.mpirun, pathlib.Path(name))
        for rank in (1, 0):
            jobs.fails(rank, signal.SIGSTOP, f"nothing came from rank {rank} on ")
        jobs.fails(2, signal.SIGKILL, "Killed")


if __name__ == "__main__":
    main()
