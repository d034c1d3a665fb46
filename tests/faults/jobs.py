"""Jobs of `shoal run` that something happens to, on this computer or on the testbed's devices."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "full"))

import ranks  # noqa: E402

# mpirun ends two minutes after a link was cut, when TCP gives its daemon up.
WITHIN = 240
RANKS = 3
PATIENCE = 4


class Failure(Exception):
    pass


class Job:
    """A run with its own output, started, watched and ended."""

    count = 0

    def __init__(self, launcher, shoal, options, output):
        Job.count += 1
        self.mark = f"SHOAL_FAULT={os.getpid()}.{Job.count}"
        self.output = output
        self.part = output.with_name(output.name + ".part")
        name, _, value = self.mark.partition("=")
        self.process = subprocess.Popen(
            [*launcher, shoal, "run", *map(str, options), "--output", output, "--quiet"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, name: value}, start_new_session=True)

    def wait_for_bytes(self, count):
        """Until so much was written to the partial output."""
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Failure(f"ended by itself: {self.process.communicate()}")
            if self.part.exists() and self.part.stat().st_size >= count:
                return
            time.sleep(0.005)
        raise Failure("nothing was answered")

    def ranks(self):
        return ranks.of_job(self.mark)

    def end(self):
        """The exit code and what was said on the standard error; no process is left."""
        try:
            _, said = self.process.communicate(timeout=WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"the job hangs; {self.process.communicate()}") from None
        end = time.monotonic() + WITHIN
        while any(ranks.is_running(rank) for rank in self.ranks().values()):
            if time.monotonic() > end:
                self.kill()
                raise Failure("processes are left")
            time.sleep(0.05)
        return self.process.returncode, said

    def kill(self):
        """All of it, at once."""
        for process in [*self.ranks().values(), self.process.pid]:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass


def clean(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


class Tally:
    """How many trials went wrong, each told at once."""

    def __init__(self):
        self.failed = 0

    def wrong(self, what):
        self.failed += 1
        print(f"WRONG: {what}", flush=True)

    def end(self):
        if self.failed:
            sys.exit(f"{self.failed} wrong")
