#!/usr/bin/python3
"""Every script of experiments/ explains itself on a Python that has nothing but its own library."""

import pathlib
import subprocess
import sys

EXPERIMENTS = pathlib.Path(__file__).resolve().parents[2] / "experiments"


def scripts():
    """All that can be started: files that begin as Python programs do."""
    for path in sorted(EXPERIMENTS.rglob("*")):
        if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/python3"):
            yield path


def main():
    wrong = []
    for path in scripts():
        # Neither packages of Debian's nor of the user's.
        done = subprocess.run([sys.executable, "-B", "-S", str(path), "--help"], capture_output=True,
                              text=True)
        print(f"{path.relative_to(EXPERIMENTS)}: exit code {done.returncode}", flush=True)
        if done.returncode != 0 or not done.stdout.startswith("usage:"):
            wrong.append(f"{path}:\n{done.stdout}{done.stderr}")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
