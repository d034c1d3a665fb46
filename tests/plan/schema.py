#!/usr/bin/python3
"""docs/plan.schema.json and what the program reads are one language: the same keys at the same
places; what shoal plan write makes validates; and what one of them refuses the other does too."""

import argparse
import copy
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
WRITTEN = (
    ("alexnet", "", 1),
    ("vgg16", "conv=spatial:2x2,fc1=output:4,fc2=input:2/1", 4),
    ("vgg16", "conv=spatial-fused:4", 4),
    ("c3d", "conv=spatial:4@8", 4),
    ("vgg16", "block1_conv1=spatial:4@2-descending,conv=spatial:4@boundary-first", 4),
    ("resnet50", "conv=channel:3,all=replicated:2", 3),
    ("xception", "all=filter:3,conv=spatial-width:5/1/0", 3),
    ("c3d", "conv=spatial-depth:2,fc=rank:1", 2),
)
WIRES = ("float32", "float16", "int8")
# Between them every key of every object.
GOOD = {
    "format": "shoal-plan", "version": 1, "model": "alexnet", "ranks": 6,
    "input_rank": 1, "output_rank": 5, "in_flight": 4,
    "weights_dtype": "float16",
    "stages": [
        {"name": "first", "from": "conv1", "ranks": [0, 1, 2, 3],
         "layers": {"conv1": {"scheme": "spatial", "axes": ["height", "width"], "grid": [2, 2]},
                    "conv2": {"scheme": "channel", "ranks": [0, 2], "shares": [2, 0.5]},
                    "conv3": {"scheme": "spatial", "fused": True},
                    "conv4": {"scheme": "spatial", "fused": False, "chunks": 8, "wire": "int8",
                              "order": "descending"},
                    "conv5": {"algorithms": {"winograd4": [3, 0], "direct": [1]}},
                    "input_1": {"wire": "float32"}, "pool5": {"wire": "float16"}}},
        {"name": "second", "from": "flatten",
         "replicas": [{"ranks": [4], "layers": {}}, {"ranks": [5]}]},
    ],
}
ALSO_GOOD = (
    {"/version": 1.0, "/ranks": 6.0},
    {"/in_flight": 0, "/stages/0/from": "", "/stages/1/replicas": [{"ranks": [4]}]},
    {"/stages/0/layers/conv1": {"scheme": "spatial", "axes": ["width"], "grid": []}},
    {"/stages/0/layers/conv1": {"scheme": "spatial", "shares": [0, 1, 2, 1e9]}},
    {"/stages/0/layers/conv5": {"algorithms": {}, "wire": "int8"},
     "/stages/0/layers/conv2/algorithms": {"winograd2": [0], "winograd6": []}},
    {"/stages/0/layers/conv1/order": "boundary-first", "/stages/0/layers/conv2/order": "ascending"},
    {"/stages/0/layers/conv1/order": "boundary-first", "/stages/0/layers/conv1/chunks": 1},
)
# Each entry by itself, put into the good document, spoils it; None takes the key away.
WRONG = (
    ("/format", "shoal"), ("/format", None), ("/version", 2), ("/version", "1"), ("/model", 7),
    ("/model", None), ("/ranks", 0), ("/ranks", 6.5), ("/ranks", True), ("/ranks", 4097),
    ("/in_flight", 10001),
    ("/ranks", None), ("/rank", 6), ("/input_rank", -1), ("/output_rank", [5]), ("/in_flight", -1),
    ("/in_flight", "many"), ("/weights_dtype", "half"),
    ("/weights_dtype", 16), ("/stages", []), ("/stages", {}), ("/stages", None),
    ("/stages/0", "all"), ("/stages/0/name", 1), ("/stages/0/ranks", []),
    ("/stages/0/ranks", [0, 1, 1, 2]), ("/stages/0/ranks", None), ("/stages/0/layers", []),
    ("/stages/0/replicas", []), ("/stages/0/scheme", "spatial"), ("/stages/1/from", ""),
    ("/stages/1/from", None), ("/stages/1/replicas", []), ("/stages/1/ranks", [4]),
    ("/stages/1/replicas/0/ranks", ["4"]), ("/stages/1/replicas/0/name", "a"),
    ("/stages/1/replicas/1/ranks", None), ("/stages/0/layers/conv1", "spatial"),
    ("/stages/0/layers/conv1/scheme", "rows"), ("/stages/0/layers/conv1/scheme", None),
    ("/stages/0/layers/conv1/scheme", "channel"), ("/stages/0/layers/conv1/axes", []),
    ("/stages/0/layers/conv1/axes", ["height", "height"]), ("/stages/0/layers/conv1/grid", None),
    ("/stages/0/layers/conv1/axes", ["height", "channel"]), ("/stages/0/layers/conv1/grid", [4]),
    ("/stages/0/layers/conv1/grid", [4, 0]), ("/stages/0/layers/conv1/shape", [4]),
    ("/stages/0/layers/conv2/axes", ["height"]), ("/stages/0/layers/conv2/grid", [2]),
    ("/stages/0/layers/conv2/shares", [1, -1]), ("/stages/0/layers/conv2/shares", [0, 0]),
    ("/stages/0/layers/conv2/shares", [1, 1e10]), ("/stages/0/layers/conv2/shares", []),
    ("/stages/0/layers/conv2/fused", True), ("/stages/0/layers/conv2/fused", False),
    ("/stages/0/layers/conv2/chunks", 0), ("/stages/0/layers/conv2/chunks", 1025),
    ("/stages/0/layers/conv2/chunks", "8"), ("/stages/0/layers/conv2/chunks", 1.5),
    ("/stages/0/layers/conv1/order", "descending"), ("/stages/0/layers/conv1/order", "inward"),
    ("/stages/0/layers/conv2/order", "boundary-first"), ("/stages/0/layers/conv1/order", 1),
    ("/stages/0/layers/conv4/order", "boundary-first"), ("/stages/0/layers/conv4/chunks", 1),
    ("/stages/0/layers/conv3/fused", 1), ("/stages/0/layers/conv3/fused", "true"),
    ("/stages/0/layers/conv4/wire", "int4"), ("/stages/0/layers/conv4/wire", 8),
    ("/stages/0/layers/pool5/wire", "half"), ("/stages/0/layers/pool5/wire", None),
    ("/stages/0/layers/pool5/chunks", 2), ("/stages/0/layers/pool5", "int8"),
    ("/stages/0/layers/conv5/algorithms", ["direct"]), ("/stages/0/layers/conv5/algorithms", None),
    ("/stages/0/layers/conv5/algorithms/winograd3", [0]),
    ("/stages/0/layers/conv5/algorithms/direct", 0),
    ("/stages/0/layers/conv5/algorithms/direct", [0, 0]),
    ("/stages/0/layers/conv5/algorithms/direct", [-1]),
    ("/stages/0/layers/conv2/ranks", []), ("/stages/0/layers/conv2/ranks", [0, 0]),
)  # fmt: skip


def changed(entries):
    """The good document with what JSON pointers name replaced, added or, for None, taken away."""
    document = copy.deepcopy(GOOD)
    for entry, value in entries.items():
        *parents, key = entry.split("/")[1:]
        at = document
        for parent in parents:
            at = at[int(parent) if isinstance(at, list) else parent]
        key = int(key) if isinstance(at, list) else key
        if value is None:
            del at[key]
        else:
            at[key] = value
    return document


def keys_in(value):
    if isinstance(value, list):
        return set().union(*map(keys_in, value))
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()))
    return set()


class Languages:
    """The program's and the schema's."""

    def __init__(self, shoal, folder):
        self.shoal, self.file = shoal, folder / "plan.json"
        self.schema = json.loads((ROOT / "docs/plan.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(self.schema)
        self.validator = jsonschema.Draft202012Validator(self.schema)
        self.failures = []

    def expect(self, document, accepted, what):
        self.file.write_text(json.dumps(document))
        done = subprocess.run([self.shoal, "plan", "show", "--summary", self.file],
                              capture_output=True, text=True)
        if (done.returncode == 0) != accepted:
            self.failures.append(f"{what}: the program says {done.stderr.strip() or 'nothing'}")
        errors = [error.message for error in self.validator.iter_errors(document)]
        if (not errors) != accepted:
            self.failures.append(f"{what}: the schema says {'; '.join(errors) or 'nothing'}")

    def written(self):
        for (model, split, ranks), wire in zip(WRITTEN, itertools.cycle(WIRES)):
            text = subprocess.run([self.shoal, "plan", "write", "--model", model,
                                   *(["--split", split] if split else []), "--wire", wire,
                                   "-n", str(ranks)], check=True, capture_output=True).stdout
            self.expect(json.loads(text), True, f"{model} {split} {wire}")

    def by_hand(self):
        for entries in ({}, *ALSO_GOOD):
            self.expect(changed(entries), True, json.dumps(entries))
        for entry, value in WRONG:
            self.expect(changed({entry: value}), False, f"{entry} {json.dumps(value)}")

    def keys(self):
        """The lists of keys that the parser knows are the schema's, and the good document shows that
        each is taken for what it is."""
        source = (ROOT / "src/plan/document.cpp").read_text()
        read = [set(re.findall(r'"(\w+)"', keys))
                for keys in re.findall(r"expect_object\(\s*{([^}]*)}\)", source)]
        objects = [self.schema, *self.schema["$defs"].values()]
        described = [set(entry["properties"]) for entry in objects
                     if entry.get("additionalProperties") is False]
        if sorted(map(sorted, read)) != sorted(map(sorted, described)):
            self.failures.append(f"the program reads {read}, the schema describes {described}")
        untried = set().union(*described) - keys_in(GOOD)
        if untried:
            self.failures.append(f"not in the good document: {untried}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        languages = Languages(arguments.shoal, pathlib.Path(name))
        languages.keys()
        languages.written()
        languages.by_hand()
        if languages.failures:
            sys.exit("\n".join(languages.failures))


if __name__ == "__main__":
    main()
