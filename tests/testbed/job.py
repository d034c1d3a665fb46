#!/usr/bin/python3
"""shoal run on three devices of experiments/testbed: answers as one rank's; a device whose line is
cut and a rank that is killed end the job, with a line that names the rank, and nothing of a job
outlives it, however it ends. Skipped without root or namespaces."""

import argparse
import pathlib
import signal
import sys
import tempfile
import time

import bed

sys.path.insert(0, str(bed.ROOT / "tests" / "full"))

import alexnet_run  # noqa: E402

PATIENCE = 4
FRAMES = 4
MANY = 3000


class Job:
    def __init__(self, shoal, folder):
        self.folder = folder
        self.answers = folder / "answers.jsonl"
        self.metrics = folder / "metrics.jsonl"
        clip, weights = alexnet_run.prepare(shoal, folder, MANY)
        self.one_rank = [shoal, "run", "--model", "alexnet", "--weights", weights, "--input", clip,
                         "--output", self.answers, "--quiet"]
        self.command = [*self.one_rank, "--split", "conv=spatial:3,fc1=output:3"]

    def answers_equal_one_rank(self):
        bed.call("run", "-n", "3", "--", *self.command, "--frames", FRAMES)
        found = alexnet_run.json_lines(self.answers)
        self.answers.unlink()
        bed.call("exec", "pi0", "--", *self.one_rank, "--frames", FRAMES)
        bed.expect(len(found) == FRAMES, f"{len(found)} answers to {FRAMES} frames")
        alexnet_run.compare(found, alexnet_run.json_lines(self.answers))
        self.answers.unlink()
        print(f"{FRAMES} answers as those of one rank", flush=True)

    def start(self):
        """A job, when its first frames are answered."""
        job = bed.start("run", "--", *self.command, "--metrics", self.metrics,
                        "--patience", PATIENCE)
        self.wait_for_frames(job)
        return job

    def wait_for_frames(self, job):
        for _ in range(bed.WITHIN * 10):
            parts = list(self.folder.glob("metrics.jsonl*"))
            if parts and len(parts[0].read_text().splitlines()) > 9:
                return
            if job.poll() is not None:
                sys.exit(f"the job ended by itself: {job.communicate()}")
            time.sleep(0.1)
        sys.exit("no frame was answered")

    def ends(self, what, expected):
        """A job that something happens to ends, with a line that says what is expected."""
        job = self.start()
        what(job)
        code, _, said = bed.end(job)
        told = [line for line in said.splitlines() if expected in line]
        print(f"exit code {code}, {told}", flush=True)
        bed.expect(code != 0 and (told or not expected), f"exit code {code}, said:\n{said}")
        if job.returncode == -signal.SIGKILL:
            self.wait_for_mpirun()
        left = bed.processes()
        bed.expect(not left, f"processes {left}")
        for path in [*self.folder.glob("metrics*"), *self.folder.glob("answers*")]:
            path.unlink()

    def survives_a_cut(self):
        """For less than the patience: by itself TCP would try again only after 12 s."""
        patience, cut = 9, 7
        job = bed.start("run", "--", *self.command, "--frames", 60, "--slow", "2", "--metrics",
                        self.metrics, "--patience", patience)
        self.wait_for_frames(job)
        bed.call("cut", "pi1")
        time.sleep(cut)
        bed.call("heal", "pi1")
        code, _, said = bed.end(job)
        bed.expect(code == 0, f"a link cut for {cut} s, patience {patience}: exit code {code}: {said}")
        found = alexnet_run.json_lines(self.answers)
        bed.expect([one["frame"] for one in found] == list(range(60)), f"{len(found)} answers")
        print(f"a link that is cut for {cut} s is waited for", flush=True)
        self.metrics.unlink()
        self.answers.unlink()

    def wait_for_mpirun(self):
        """Nobody is there to wait for it when `run` itself is killed."""
        for _ in range(bed.WITHIN * 10):
            if not bed.processes():
                return
            time.sleep(0.1)


def give_up_soon():
    """So that mpirun waits for a device that is gone for 25 s, not for 100."""
    for host in ("pi0", "pi1", "pi2"):
        bed.call("exec", host, "--", "sh", "-c", "echo 6 > /proc/sys/net/ipv4/tcp_retries2")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    arguments = parser.parse_args()
    bed.expect_none()
    try:
        bed.up_or_skip("3")
        with tempfile.TemporaryDirectory() as name:
            job = Job(arguments.shoal, pathlib.Path(name))
            job.answers_equal_one_rank()
            job.survives_a_cut()
            give_up_soon()
            job.ends(lambda _: bed.call("cut", "pi1"),
                     f"nothing came from rank 1 on pi1 for {PATIENCE} s")
            bed.call("heal", "pi1")
            job.ends(lambda _: bed.call("cut", "pi0"),
                     f"rank 0 on pi0: nothing came from any other rank for {PATIENCE} s")
            bed.call("heal", "pi0")
            job.ends(lambda _: bed.call("kill", "2"), "on signal 9 (Killed)")
            job.ends(lambda running: running.send_signal(signal.SIGINT), "")
            job.ends(lambda running: running.kill(), "")
            job.answers_equal_one_rank()
        bed.call("down")
        bed.expect_nothing_left("down")
    finally:
        bed.end(bed.start("down"))


if __name__ == "__main__":
    main()
