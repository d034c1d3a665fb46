"""Reads what `shoal run --output` wrote, whole or partial, in each of its formats."""

import csv
import json

FORMATS = ("jsonl", "h5", "csv", "txt")


def _json_lines(path):
    frames = []
    for line in path.read_text().splitlines():
        value = json.loads(line)
        if "end" in value:
            continue
        value.pop("seconds", None)
        frames.append(value)
    return frames


def _hdf5(path):
    import h5py

    with h5py.File(path, "r") as file:
        rows = file["probabilities"][:]
        labels = file["frames"][:]
        if len(rows) != len(labels):
            raise ValueError(f"{path}: {len(rows)} rows, {len(labels)} names")
        return [(label, row.tobytes()) for label, row in zip(labels, rows)]


def _csv(path):
    frames = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            row.pop("seconds", None)
            frames.setdefault(row["frame"], []).append(tuple(row.items()))
    return list(frames.values())


def _text(path):
    frames = []
    for line in path.read_text().splitlines():
        if line.startswith(" "):
            frames[-1].append(line)
        elif not line.startswith(("complete", "partial", "#")):
            frames.append([line])
    return frames


def read(path):
    """The answers in a file, a comparable value for each frame, times left out."""
    ending = path.name.removesuffix(".part").rpartition(".")[2]
    return {"jsonl": _json_lines, "h5": _hdf5, "csv": _csv, "txt": _text}[ending](path)
