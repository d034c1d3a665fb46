"""The processes inside the devices."""

import contextlib
import os
import pathlib
import signal
import time

from . import network
from .failure import Failure

# In the environment of all that a `run` starts, on every device.
JOB = "SHOAL_TESTBED_JOB"
RANK = "OMPI_COMM_WORLD_RANK"
WITHIN_SECONDS = 10


def environment(process):
    try:
        words = pathlib.Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return {}
    return dict(word.decode(errors="replace").partition("=")[::2] for word in words if word)


def everything():
    return [process for namespace in network.namespaces()
            for process in network.processes(namespace)]


def of_job(job):
    return [process for process in everything() if environment(process).get(JOB) == job]


def of_rank(rank):
    return [process for process in everything() if environment(process).get(RANK) == str(rank)]


def kill(processes):
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def end(find, patience=0):
    """Waits `patience` seconds until `find` finds no process, then kills what it finds."""
    began = time.monotonic()
    while left := find():
        waited = time.monotonic() - began
        if waited > patience + WITHIN_SECONDS:
            raise Failure(f"processes {left} do not end")
        if waited >= patience:
            kill(left)
        time.sleep(0.05)
