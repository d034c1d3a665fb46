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
