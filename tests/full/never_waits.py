#!/usr/bin/python3
"""Nothing waits forever, from the start of a process to its end: a rank that is stopped before MPI is up,
at each call that the ranks make together until they watch each other, and mpirun stopped under ranks that
have finished. Each ends within seconds
of its limit, with a line that names the rank and its host, and answers that are complete stay."""

import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import ranks

MODEL = "conv:32x32x3:16:3"
RANKS = 3
LIMIT = 4
WITHIN = 60
FRAMES = 20
# From when they have found each other; at the last one the ranks watch each other already.
CALLS = range(3, 9)

NO_THREAD = re.compile(r"shoal: (rank 0 on \S+: )?no further thread can be started \(.+\); is the address "
                       r"space limited \(ulimit -v\)\?\n")

STOPPER = """#!/bin/sh
[ "$OMPI_COMM_WORLD_RANK" = 1 ] && kill -STOP $$
exec "$@"
"""


def expect(condition, what):
    if not condition:
        sys.exit(f"wrong: {what}")


class Jobs:
    def __init__(self, shoal, mpirun, folder):
        self.shoal, self.mpirun, self.folder = shoal, mpirun.split(), folder
        self.answers = folder / "answers.jsonl"
        clip, weights = folder / "clip.avi", folder / "weights.h5"
        self.quiet("draw", "clip", clip, "--frames", str(FRAMES), "--size", "32x32")
        self.quiet("weights", "init", MODEL, "-o", weights)
        self.command = [shoal, "run", "--model", MODEL, "--weights", weights, "--input", clip,
                        "--split", f"conv=spatial:{RANKS}", "--threads", "1", "--quiet"]

    def quiet(self, *words):
        subprocess.run([self.shoal, *words], check=True, stdout=subprocess.DEVNULL)

    def start(self, *before, options=()):
        return subprocess.Popen(
            [*self.mpirun, "-n", str(RANKS), *before, *self.command, *options],
            env={**os.environ, "SHOAL_START_TIMEOUT": str(LIMIT)}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def stopped_before_mpi(self):
        stopper = self.folder / "stopper"
        stopper.write_text(STOPPER)
        stopper.chmod(0o755)
        job = self.start(stopper, options=["--output", self.answers])
        _, said = job.communicate(timeout=WITHIN)
        print(f"stopped before MPI: exit code {job.returncode}, {said.splitlines()[:1]}", flush=True)
        expect(job.returncode != 0, "exit code 0")
        expect(re.search(rf"^shoal: rank [02] on \S+: not all ranks have started after {LIMIT} s; is a "
                         "device stopped", said, re.MULTILINE), said)

    def stopped_at_calls(self, stopper):
        with ThreadPoolExecutor(2) as pool:
            ends = [pool.submit(self.stopped_at_call, stopper, call) for call in CALLS]
            said = "".join(end.result() for end in ends)
        expect("not all ranks have started" in said and "nothing came from rank" in said, said)

    def stopped_at_call(self, stopper, call):
        mark = f"SHOAL_STOP_AT={call % RANKS}:{call}"
        job = self.start("-x", mark, "-x", f"LD_PRELOAD={stopper}",
                         options=["--patience", str(LIMIT), "--output", "/dev/null"])
        began = time.monotonic()
        try:
            _, said = job.communicate(timeout=WITHIN)
        finally:
            left = ranks.of_job(mark)
            for process in left.values():
                os.kill(process, signal.SIGKILL)
            job.kill()
        told = [line for line in said.splitlines() if line.startswith("shoal: ")]
        print(f"stopped at call {call}: exit code {job.returncode} after "
              f"{time.monotonic() - began:.1f} s, {told[:1]}", flush=True)
        expect(job.returncode != 0 and not left, f"{left} are left, said: {said}")
        expect(told and re.match(r"shoal: rank \d on \S+: .*(not all ranks have started after|another "
                                 rf"rank has not come along for|nothing came from rank {call % RANKS}) ",
                                 told[0]), said)
        return said

    def mpirun_stopped(self):
        """It would forward the last words of the ranks, and waits for them at the end."""
        job = self.start(options=["--slow", "1000", "--output", self.answers])
        deadline = time.monotonic() + WITHIN
        while len(found := ranks.of(job.pid)) < RANKS or not list(self.folder.glob("*answers*")):
            expect(job.poll() is None and time.monotonic() < deadline, "the job does not start")
            time.sleep(0.02)
        os.kill(job.pid, signal.SIGSTOP)
        while any(ranks.is_running(process) for process in found.values()):
            if time.monotonic() > deadline:
                job.kill()
                sys.exit("ranks wait for mpirun, which is stopped")
            time.sleep(0.1)
        expect(len(self.answers.read_text().splitlines()) >= FRAMES, "answers are lost")
        os.kill(job.pid, signal.SIGCONT)
        _, said = job.communicate(timeout=WITHIN)
        print(f"mpirun stopped: exit code {job.returncode}, {said.splitlines()[:2]}", flush=True)
        expect(re.search(r"^shoal: rank \d on \S+: MPI does not end; is mpirun stopped", said,
                         re.MULTILINE), said)

    def little_address_space(self):
        """OpenBLAS's threads never end then, after the line as after a success. They take what is left
        between them: now and then that is too little for a thread of ours."""
        for kilobytes, verb, code in ((120_000, "run", 2), (150_000, "run", 2),
                                      (150_000, "model", 0)):
            script = f'ulimit -v {kilobytes} && exec "$@"'
            done = subprocess.run(["sh", "-c", script, "sh", self.shoal, verb],
                                  capture_output=True, text=True, timeout=WITHIN)
            print(f"{kilobytes} kB, {verb}: exit code {done.returncode}", flush=True)
            no_thread = done.returncode == 1 and NO_THREAD.fullmatch(done.stderr)
            # With too little the libraries themselves end the process.
            expect(done.returncode == code or done.returncode < 0 or no_thread, done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    parser.add_argument("--stopper", required=True, help="the library of stop_at_call.cpp")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        jobs = Jobs(arguments.shoal, arguments.mpirun, pathlib.Path(name))
        jobs.stopped_before_mpi()
        jobs.stopped_at_calls(arguments.stopper)
        jobs.mpirun_stopped()
        jobs.little_address_space()


if __name__ == "__main__":
    main()
