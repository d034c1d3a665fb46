#!/usr/bin/python3
"""The emulated program computes AlexNet at full size on one rank: its answers are PyTorch's, and the
weights that it draws are those of the golden vectors, so that they are this computer's too."""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / folder) for folder in ("full", "oracle")]
import frames  # noqa: E402
import network  # noqa: E402

NETWORK = "alexnet"


def components(root, name, pattern, folder):
    """A copy of the plug-ins of Open MPI or PMIx in memory. They list their folder by calls for 32-bit
    programs, which fail under a 64-bit kernel on most file systems of disks."""
    found = list(root.glob(f"usr/lib/*/{pattern}"))
    if len(found) != 1:
        sys.exit(f"{root}: {len(found)} folders {pattern}, 1 was wanted")
    shutil.copytree(found[0], folder / name)
    return str(folder / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--root", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = pathlib.Path(name)
        os.environ |= {
            # A rank alone, without the daemon of this computer's Open MPI.
            "OMPI_MCA_ess_singleton_isolated": "1",
            "OMPI_MCA_mca_base_component_path":
                components(arguments.root, "openmpi", "openmpi/lib/openmpi3", folder),
            "PMIX_MCA_mca_base_component_path":
                components(arguments.root, "pmix", "pmix2/lib/pmix", folder)}
        weights, inputs, answers = (folder / f"{of}.h5" for of in ("weights", "frames", "answers"))
        network.run([arguments.shoal, "weights", "init", NETWORK, "--seed", 1, "-o", weights])
        frames.save(inputs, frames.make(NETWORK))
        network.run([arguments.shoal, "run", "--model", NETWORK, "--weights", weights,
                     "--input", inputs, "--quiet", "--output", answers])
        network.check_golden(answers, NETWORK)


if __name__ == "__main__":
    main()
