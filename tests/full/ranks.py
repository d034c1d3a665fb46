"""The processes of a job's ranks."""

import contextlib
import pathlib


def _processes():
    """Of each process its id, its folder in /proc and its environment, name=value."""
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            yield int(entry.name), entry, entry.joinpath("environ").read_bytes().split(b"\0")
        except OSError:
            pass


def _fields(entry):
    """What /proc says of a process behind its name: state, parent, …"""
    return entry.joinpath("stat").read_text().rpartition(")")[2].split()


def _rank(words):
    for word in words:
        if word.startswith(b"OMPI_COMM_WORLD_RANK="):
            return int(word.partition(b"=")[2])
    return None


def of(launcher):
    """rank -> process id, of what `launcher` (mpirun) started."""
    found = {}
    for process, entry, words in _processes():
        with contextlib.suppress(OSError):
            rank = _rank(words)
            if rank is not None and int(_fields(entry)[1]) == launcher:
                found[rank] = process
    return found


def is_running(process):
    try:
        return _fields(pathlib.Path(f"/proc/{process}"))[0] != "Z"
    except OSError:
        return False


def of_job(mark):
    """rank -> process id, of a job in whose environment is `mark`, NAME=value; 0 for one alone."""
    found = {}
    for process, entry, words in _processes():
        with contextlib.suppress(OSError):
            if mark.encode() in words and entry.joinpath("comm").read_text().strip() == "shoal":
                found[_rank(words) or 0] = process
    return found
