#!/usr/bin/python3
"""No rank of VGG16 over four ranks takes more than its weights, its activations and 100 MB, with the
first block's convolutions spatial and the dense layers by output. Reads the table of the run."""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

SPLIT = "block1_conv1=spatial:4,block1_conv2=spatial:4,fc=output:4"
ALLOWANCE_MB = 100
UNITS = {"kB": 1e-3, "MB": 1.0, "GB": 1e3}


def megabytes(cell):
    number, unit = cell.split()
    return float(number) * UNITS[unit]


def rows(table):
    """rank -> megabytes of weights, activations and the peak."""
    found = {}
    for line in table.splitlines():
        cells = re.split(r"\s{2,}", line.strip())
        if cells[0].isdigit() and len(cells) >= 7:
            found[int(cells[0])] = [megabytes(cell) for cell in cells[4:7]]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        weights, picture = pathlib.Path(name) / "vgg16.h5", pathlib.Path(name) / "shoal.png"
        subprocess.run([arguments.shoal, "draw", "picture", picture], check=True)
        subprocess.run([arguments.shoal, "weights", "init", "vgg16", "-o", weights], check=True)
        done = subprocess.run([*arguments.mpirun.split(), "-n", "4", arguments.shoal, "run",
                               "--model", "vgg16", "--weights", weights, "--input", picture,
                               "--split", SPLIT], check=True, capture_output=True, text=True)
    found = rows(done.stdout + done.stderr)
    if sorted(found) != [0, 1, 2, 3]:
        sys.exit(f"no table of four ranks:\n{done.stdout}{done.stderr}")
    for rank, (held, activations, peak) in found.items():
        limit = held + activations + ALLOWANCE_MB
        print(f"rank {rank}: {held} MB of weights, {activations} MB of activations, peak {peak} MB, "
              f"limit {limit:.1f} MB")
        if peak > limit:
            sys.exit(f"rank {rank} takes more than its limit")


if __name__ == "__main__":
    main()
