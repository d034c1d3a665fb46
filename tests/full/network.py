#!/usr/bin/python3
"""One network at full size: one rank against the golden vectors (made with PyTorch, see
tests/oracle/check.py), then split in every way over four ranks against one rank, and with what
moves rounded."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "oracle"))
import frames  # noqa: E402

# The splits are for four ranks: all convolutions in one way each, dense layers by both.
SPLITS = ("conv=spatial:4,fc=output:4", "conv=channel:4,fc=input:4", "conv=filter:4,fc=output:4")
TOLERANCE = 1e-4
# How far answers may be off where all that moves is rounded: 20 times the error of one rounding.
ROUNDED = {"float16": 20 / 2048, "int8": 20 / 254}


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def check_golden(answers, network):
    golden = json.loads((pathlib.Path(__file__).parents[1] / "oracle/golden.json").read_text())
    with h5py.File(answers, "r") as file:
        rows = file["probabilities"][...].astype(numpy.float64)
    for row, expected in zip(rows, golden[network], strict=True):
        best = [int(i) for i in numpy.argsort(-row, kind="stable")[:5]]
        if best != expected["classes"][:5]:
            sys.exit(f"{network}: five best are {best}, PyTorch's {expected['classes'][:5]}")
        difference = row[expected["classes"]] - expected["probabilities"]
        error = numpy.linalg.norm(difference) / expected["norm"]
        if not error <= TOLERANCE:
            sys.exit(f"{network}: relative error {error:.2e} to PyTorch")
        if not abs(numpy.linalg.norm(row) / expected["norm"] - 1) <= TOLERANCE:
            sys.exit(f"{network}: the whole answer is not as long as PyTorch's")


def check_split(arguments, common, split, *more, at_least=0, at_most=TOLERANCE):
    output = run([*arguments.mpirun.split(), "-n", 4, arguments.shoal, "run", *common,
                  "--frames", 1, "--verify", "--split", split, *more])
    found = re.search(r"verify: .* (\S+) of the largest value, over 1 frame", output)
    if not found or not at_least <= float(found.group(1)) <= at_most:
        sys.exit(f"{split} {more}\n{output}")
    print(split, *more, found.group(0), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    parser.add_argument("network", choices=frames.SHAPES)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        weights, inputs = folder / "weights.h5", folder / "frames.h5"
        run([arguments.shoal, "weights", "init", arguments.network, "--seed", 1, "-o", weights])
        frames.save(inputs, frames.make(arguments.network))
        common = ["--model", arguments.network, "--weights", weights, "--input", inputs]
        run([arguments.shoal, "run", *common, "--quiet", "--output", folder / "answers.h5"])
        check_golden(folder / "answers.h5", arguments.network)
        for split in SPLITS:
            check_split(arguments, common, split)
        for wire, error in ROUNDED.items():
            # Hardly anything off would be nothing rounded.
            check_split(arguments, common, SPLITS[0], "--wire", wire, at_least=error / 200,
                        at_most=error)


if __name__ == "__main__":
    main()
