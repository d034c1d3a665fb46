#!/usr/bin/python3
"""Runs of one rank need nothing in the folder for temporary files, where MPI would make one for all of a
user's: they start beside each other, and where nothing can be written."""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

MODEL = "conv:16x16x3:2:3"
RUNS = 40
AT_ONCE = 8


class Runs:
    def __init__(self, shoal, folder):
        self.shoal = shoal
        self.weights, self.picture = folder / "weights.h5", folder / "picture.png"
        for words in (("draw", "picture", self.picture, "--size", "16x16"),
                      ("weights", "init", MODEL, "-o", self.weights)):
            subprocess.run([shoal, *words], check=True, stdout=subprocess.DEVNULL)
        # No folder can be made under a file, not by root either.
        self.no_folder = self.picture / "nothing"

    def run(self, temporary):
        done = subprocess.run([self.shoal, "run", "--model", MODEL, "--weights", self.weights,
                               "--input", self.picture, "--threads", "1", "--quiet"],
                              capture_output=True, text=True, env={**os.environ, **temporary})
        if done.returncode != 0:
            sys.exit(f"exit code {done.returncode} with {temporary}:\n{done.stderr}")
        return done.stdout

    def side_by_side(self):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            said = set(pool.map(lambda _: self.run({}), range(RUNS)))
        if len(said) != 1:
            sys.exit(f"the same run answers differently: {said}")

    def without_a_folder(self):
        self.run({"TMPDIR": str(self.no_folder)})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", help="not used")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        runs = Runs(arguments.shoal, pathlib.Path(name))
        runs.side_by_side()
        runs.without_a_folder()


if __name__ == "__main__":
    main()
