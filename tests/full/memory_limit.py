#!/usr/bin/python3
"""A plan that needs more memory than its host gives is refused before anything is loaded, in a line that
names rank, host, need and what there is, not by the system's signal 9; one that may need more is run,
after a line. In a control group of the test's own (needs root and version 1 or 2)."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SKIPPED = 77
NAME = f"shoal-test-{os.getpid()}"
MB = 1_000_000


class Group:
    """A control group that limits memory, without swap."""

    def __init__(self):
        root = pathlib.Path("/sys/fs/cgroup")
        is_version_2 = (root / "cgroup.controllers").is_file()
        self.folder = (root if is_version_2 else root / "memory") / NAME
        self.files = (["memory.max", "memory.swap.max"] if is_version_2 else
                      ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"])
        self.folder.mkdir()
        self.limits_swap = (self.folder / self.files[1]).is_file()
        self.swap = (lambda limit: 0) if is_version_2 else (lambda limit: limit)

    def limit(self, limit):
        # Version 1: the two together are never less than memory.
        for _ in range(2):
            for file, value in zip(self.files, (limit, self.swap(limit))):
                try:
                    (self.folder / file).write_text(str(value))
                except OSError:
                    pass

    def enter(self):
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def remove(self):
        self.folder.rmdir()


def run(group, limit, command):
    group.limit(limit)
    return subprocess.run(command, preexec_fn=group.enter, capture_output=True, text=True)


def expect(name, done, code, pattern):
    print(f"{name}: exit code {done.returncode}, said {done.stderr.strip()!r}", flush=True)
    if done.returncode != code or not re.search(pattern, done.stderr, re.MULTILINE):
        sys.exit(f"{name}: expected exit code {code} and {pattern!r}")


def try_all(shoal, mpirun, folder, group):
    weights, picture = folder / "alexnet.h5", folder / "shoal.png"
    subprocess.run([shoal, "draw", "picture", picture], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([shoal, "weights", "init", "alexnet", "-o", weights], check=True,
                   stdout=subprocess.DEVNULL)
    alone = [shoal, "run", "--model", "alexnet", "--weights", weights, "--input", picture]
    # AlexNet's weights and activations are 164 MB.
    expect("too little", run(group, 110 * MB, alone), 1,
           r"^shoal: rank 0 on \S+: needs 16\d\.\d MB for its weights and activations; 1[0-9.]+ MB are "
           r"available, swap included: .*shoal plan --memory")
    expect("perhaps too little", run(group, 230 * MB, alone), 0,
           r"^shoal: rank 0 on \S+: needs about 2\d\d\.\d MB, more than the [0-9.]+ MB available")
    expect("two ranks", run(group, 140 * MB, [*mpirun, "-n", "2", *alone, "--split",
                                              "fc=output:2"]), 1,
           r"^shoal: rank 0 on \S+: needs .*host's other ranks; .*fewer ranks on this host")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    arguments = parser.parse_args()
    try:
        group = Group()
    except OSError as error:
        print(f"skipped: no control group can be made here: {error}")
        sys.exit(SKIPPED)
    try:
        if not group.limits_swap:
            print("skipped: control groups do not limit swap here")
            sys.exit(SKIPPED)
        with tempfile.TemporaryDirectory() as name:
            try_all(arguments.shoal, arguments.mpirun.split(), pathlib.Path(name), group)
    finally:
        group.remove()


if __name__ == "__main__":
    main()
