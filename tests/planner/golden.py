#!/usr/bin/python3
"""The plans for eight Raspberry Pis 3 and their explanations, against those in golden/. With --write
they are written anew: read the difference before you commit it."""

import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROFILE = HERE.parent.parent / "profiles" / "pi3-keras.json"

# AlexNet's first dense layer fits a Pi (75 MB), though the paper says otherwise: it is split where
# there is less memory than that.
CASES = {
    "alexnet": ["alexnet"],
    "alexnet-72MB": ["alexnet", "--memory", "72MB"],
    "vgg16": ["vgg16"],
    "resnet50": ["resnet50"],
    "xception": ["xception"],
    "c3d": ["c3d"],
    "c3d-latency": ["c3d", "--objective", "latency"],
    "vgg16-latency": ["vgg16", "--objective", "latency"],
}


def plan(shoal, words):
    command = [shoal, "plan", "--profile", PROFILE, "--devices", "8", "--model", *words]
    document = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    explained = subprocess.run([*command, "--explain"], check=True, capture_output=True, text=True)
    return {"json": document, "txt": explained.stdout}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    different = []
    for name, words in CASES.items():
        for ending, text in plan(arguments.shoal, words).items():
            file = HERE / "golden" / f"{name}.{ending}"
            if arguments.write:
                file.write_text(text)
            elif not file.is_file() or file.read_text() != text:
                different.append(file.name)
    if different:
        sys.exit(f"other than tests/planner/golden says: {', '.join(different)}; "
                 "tests/planner/golden.py --write and git diff show how")


if __name__ == "__main__":
    main()
