"""The processes of a job's ranks."""

import pathlib


def of(launcher):
    """rank -> process id, of what `launcher` (mpirun) started."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = entry.joinpath("stat").read_text().rpartition(")")[2].split()[1]
            words = entry.joinpath("environ").read_bytes().split(b"\0")
        except OSError:
            continue
        for word in words:
            if int(parent) == launcher and word.startswith(b"OMPI_COMM_WORLD_RANK="):
                found[int(word.split(b"=")[1])] = int(entry.name)
    return found


def is_running(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def of_job(mark):
    """rank -> process id, of a job in whose environment is `mark`, NAME=value; 0 for one alone."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name = entry.joinpath("comm").read_text().strip()
            words = entry.joinpath("environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if name == "shoal" and mark.encode() in words:
            numbers = [word.partition(b"=")[2] for word in words
                       if word.startswith(b"OMPI_COMM_WORLD_RANK=")]
            found[int(numbers[0]) if numbers else 0] = int(entry.name)
    return found
