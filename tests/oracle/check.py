#!/usr/bin/python3
"""Compares shoal on one rank with PyTorch: full size, the same seeded weights, three inputs.

Fails where the relative L2 error of the probabilities is above 1e-4 or the five best differ. With
--golden it also writes the small vectors that the tests compare with where there is no PyTorch.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy

import frames
import networks


def shoal_probabilities(shoal, network, weights, inputs, folder):
    answers = folder / "answers.h5"
    subprocess.run([shoal, "run", "--quiet", "--model", network, "--weights", str(weights),
                    "--input", str(inputs), "--output", str(answers)], check=True)
    with h5py.File(answers, "r") as file:
        return file["probabilities"][...].astype(numpy.float64)


def best(row, count=5):
    return [int(i) for i in numpy.argsort(-row, kind="stable")[:count]]


def compare(shoal, network, folder):
    weights, inputs = folder / f"{network}.h5", folder / "frames.h5"
    subprocess.run([shoal, "weights", "init", network, "--seed", "1", "-o", str(weights)],
                   check=True, stdout=subprocess.DEVNULL)
    made = frames.make(network)
    frames.save(inputs, made)
    ours = shoal_probabilities(shoal, network, weights, inputs, folder)
    theirs = networks.probabilities(network, weights, made)
    errors = [numpy.linalg.norm(a - b) / numpy.linalg.norm(b) for a, b in zip(ours, theirs)]
    same_best = all(best(a) == best(b) for a, b in zip(ours, theirs))
    spread = float(theirs.max(axis=1).mean())
    good = max(errors) <= 1e-4 and same_best
    print(f"{network:9} {'ok    ' if good else 'FAILED'} relative L2 error {max(errors):.2e}, "
          f"five best {'equal' if same_best else 'DIFFERENT'}, mean best probability {spread:.2f}",
          flush=True)
    weights.unlink()
    return good, theirs


def golden(theirs):
    return [{"norm": float(numpy.linalg.norm(row)), "classes": best(row, 20),
             "probabilities": [float(row[i]) for i in best(row, 20)]} for row in theirs]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--golden", type=pathlib.Path)
    parser.add_argument("networks", nargs="*", default=list(networks.NETWORKS))
    arguments = parser.parse_args()
    vectors, all_good = {}, True
    with tempfile.TemporaryDirectory() as name:
        for network in arguments.networks:
            good, theirs = compare(arguments.shoal, network, pathlib.Path(name))
            all_good = all_good and good
            vectors[network] = golden(theirs)
    if arguments.golden:
        arguments.golden.write_text(json.dumps(vectors, indent=1) + "\n")
    sys.exit(0 if all_good else 1)


if __name__ == "__main__":
    main()
