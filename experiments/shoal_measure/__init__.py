"""What the scripts that measure the program share."""

import argparse
import csv
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def common_parser(description, folder, files):
    """What every script is told: which program measures, and into which folder the files go."""
    result = argparse.ArgumentParser(description=description)
    result.add_argument("--shoal", default=ROOT / "build/src/shoal")
    result.add_argument("--output", type=pathlib.Path, default=pathlib.Path(folder),
                        help=f"folder for {files}")
    return result


def add_mpirun(parser):
    """Of scripts that run several ranks."""
    parser.add_argument("--mpirun", default="mpirun --oversubscribe")


def call(*words):
    """What the command prints; ends the script with all that it said where it fails."""
    command = [str(word) for word in words]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def cores(count):
    """One for each rank; ends the script where there are fewer."""
    free = sorted(os.sched_getaffinity(0))
    if len(free) < count:
        sys.exit(f"{count} ranks need {count} cores, there are {len(free)}")
    return free[:count]


def pinned(mpirun, cores, shoal, *words):
    """A rank with one thread on each of the cores."""
    command = [*mpirun.split(), "--bind-to", "none"]
    for core in cores:
        command += ["-n", 1, "taskset", "-c", core, shoal, *words, "--threads", 1, ":"]
    return call(*command[:-1])


def save(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
