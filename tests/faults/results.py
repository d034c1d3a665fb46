"""Reads what `shoal run --output` wrote, whole or partial, in each of its formats."""

import csv
import json
import re

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


def _hdf5_contents(path):
    import h5py

    with h5py.File(path, "r") as file:
        nodes = {"/": file, **file}
        return {name: [sorted((key, str(value)) for key, value in node.attrs.items()),
                       (str(node.dtype), node.shape, [str(one) for one in node[:]]
                        if node.dtype.kind == "O" else node[:].tobytes())
                       if isinstance(node, h5py.Dataset) else None]
                for name, node in nodes.items()}


def contents(path):
    """All that is in a file, comparable, but for times."""
    if path.name.endswith(".h5"):
        return _hdf5_contents(path)
    data = path.read_bytes()
    if path.name.endswith(".jsonl"):
        return re.sub(rb'"seconds":[0-9.e+-]+', b"", data)
    if path.name.endswith(".csv"):
        return [row[:2] + row[3:] for row in csv.reader(data.decode().splitlines(keepends=True))]
    return data
