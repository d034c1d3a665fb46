#!/usr/bin/env python3
"""Runs clang-tidy over groups of sources that are compiled in the same way, not one by one.

Nearly all that clang-tidy reads and searches for a source is in the headers that it includes, which
are its neighbours' too: a group costs little more than one of its sources. A group is a file that
includes them. Those that cannot stand behind others, as when both name something alike, are looked
at one by one.

usage: clang_tidy.py [-j JOBS] BUILD [ROOT]; prints each finding in src, tests and experiments of
ROOT once and exits with 1 if there is any.
"""

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MOST_SOURCES = 12
ERROR = re.compile(r"^(/\S+):\d+:\d+: error: .*\[clang-diagnostic-error", re.MULTILINE)
FINDING = re.compile(r"^(?=/\S+:\d+:\d+: (?:warning|error): )", re.MULTILINE)


def flags_of(entry):
    """A compile command without the compiler, the source, the object file and gcc's precompiled
    headers."""
    words = shlex.split(entry["command"])
    del words[: next(i for i, word in enumerate(words) if word.startswith("-"))]
    if "-Winvalid-pch" in words:
        at = words.index("-Winvalid-pch")
        del words[at : at + 3]
    for option in ("-o", "-c"):
        at = words.index(option)
        del words[at : at + 2]
    return words


def cut(sources, most):
    """Runs of `sources`, as even as can be."""
    count = -(-len(sources) // most)
    return [sources[i * len(sources) // count : (i + 1) * len(sources) // count] for i in range(count)]


def groups(entries, folder):
    """(flags, sources) for the sources of a compilation database that are in `folder`."""
    by_flags = {}
    for entry in entries:
        source = Path(entry["directory"], entry["file"])
        if source.is_relative_to(folder):
            by_flags.setdefault(tuple(flags_of(entry)), []).append(source)
    return [(flags, run) for flags, all_sources in by_flags.items()
            for run in cut(sorted(all_sources), MOST_SOURCES)]


def findings(place, flags, sources):
    """What clang-tidy says of a group, which it reads from a file in the folder `place`."""
    file = place / f"{sources[0].parent.name}-{sources[0].stem}-{len(sources)}.cpp"
    file.write_text("".join(f'#include "{source}"\n' for source in sources))
    done = subprocess.run(
        ["clang-tidy", "-quiet", "-checks=-bugprone-suspicious-include", file, "--", *flags, "-w"],
        capture_output=True, text=True)
    if len(sources) > 1 and ERROR.search(done.stdout):
        clashing = set(map(Path, ERROR.findall(done.stdout))).intersection(sources)
        apart = [[source] for source in sources if source in clashing or not clashing]
        together = [source for source in sources if source not in clashing] if clashing else []
        return [finding for part in (together, *apart) if part
                for finding in findings(place, flags, part)]
    if done.returncode != 0 and not done.stdout:
        return [done.stderr]
    return [finding for finding in FINDING.split(done.stdout) if finding.strip()]


def lint(build, root, jobs):
    """All findings, each once: a header is read by many groups."""
    entries = json.loads((build / "compile_commands.json").read_text())
    tasks = []
    for name in ("src", "tests", "experiments"):
        # Below the root, so that its configuration holds, and beside a copy of the folder's own.
        place = build / "clang-tidy" / name
        place.mkdir(parents=True, exist_ok=True)
        if (root / name / ".clang-tidy").exists():
            shutil.copy(root / name / ".clang-tidy", place)
        tasks += [(place, *group) for group in groups(entries, root / name)]
    with ThreadPoolExecutor(jobs) as pool:
        found = pool.map(lambda task: findings(*task), tasks)
        return list(dict.fromkeys(finding for group in found for finding in group))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("build", type=Path, help="holds compile_commands.json, and is under the root")
    parser.add_argument("root", type=Path, nargs="?", default=Path(__file__).parents[2])
    arguments = parser.parse_args()
    found = lint(arguments.build.resolve(), arguments.root.resolve(), arguments.jobs)
    print("".join(found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
