"""Where the ranks of tests/faults run: on this computer, or on the testbed's devices, whose hosts and
links can fail too."""

import contextlib
import pathlib
import subprocess
import sys
import time

import jobs

TESTBED = pathlib.Path(__file__).resolve().parents[2] / "experiments" / "testbed"
SKIPPED = 77
UNAVAILABLE = 3

pause = time.sleep
_disturbed = set()


def _testbed(*words):
    return subprocess.run([TESTBED, *map(str, words)], capture_output=True, text=True)


@contextlib.contextmanager
def shelf(arguments):
    """The words that start a job."""
    if not arguments.testbed:
        yield [*arguments.mpirun.split(), "-n", str(jobs.RANKS)]
        return
    up = _testbed("up", jobs.RANKS)
    if up.returncode == UNAVAILABLE:
        print(f"skipped: {up.stderr}")
        sys.exit(SKIPPED)
    if up.returncode != 0:
        sys.exit(up.stderr)
    try:
        yield [TESTBED, "run", "-n", str(jobs.RANKS), "--"]
    finally:
        _testbed("down")


def heal():
    """Every link back in."""
    while _disturbed:
        _testbed("heal", _disturbed.pop())


def _cut(host):
    _disturbed.add(host)
    _testbed("cut", host)


def faults(setting):
    if setting.launcher[0] != TESTBED:
        return {}
    return {
        "a link is cut": lambda _: _cut(f"pi{setting.random.randrange(1, jobs.RANKS)}"),
        "the input rank's link is cut": lambda _: _cut("pi0"),
    }
