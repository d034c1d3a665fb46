#!/usr/bin/env python3
"""Refuses includes that go against the order of the modules.

The order and the owner of each foreign library are read from the shoal_module lines of
src/CMakeLists.txt, their only home:
- a module includes public headers of itself and of what it USES, directly or not;
- private headers (src/MODULE/x.hpp) stay in their module;
- a foreign header appears only in sources of a module that links its library PRIVATE (or for one
  world: DEVICES, TWIN), so never in a public header.

usage: include_direction.py [ROOT]; prints one line per offence and exits with 1 if there is any.
"""

import re
import sys
from pathlib import Path

FOREIGN = {
    r"mpi(-ext)?\.h|mpi/": "MPI::MPI_C",
    r"simgrid/|smpi/": "SimGrid::SMPI",
    r"hdf5(_hl)?\.h|H5\w+\.h": "PkgConfig::HDF5",
    r"boost/": "Boost::program_options",
    r"lib(av|sw)\w+/": "FFmpeg::Headers",
    r"cblas\.h|lapacke?\.h|openblas": "PkgConfig::OpenBLAS",
    r"nlohmann/": "nlohmann_json::nlohmann_json",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
MODULE_LINE = re.compile(r"^shoal_module\(([^)]*)\)", re.MULTILINE)


class Module:
    def __init__(self, uses, owns):
        self.uses = uses  # names of all modules below it
        self.owns = owns  # CMake targets of its foreign libraries


def read_modules(cmake_lists):
    """The modules by name. Each may use only those declared before it, so there is no cycle."""
    modules = {}
    for arguments in MODULE_LINE.findall(cmake_lists):
        name, *words = arguments.split()
        lists = {"USES": [], "PRIVATE": [], "DEVICES": [], "TWIN": []}
        current = []
        for word in words:
            if word == "WORLDS":
                continue
            if word in lists:
                current = lists[word]
            else:
                current.append(word)
        uses = set(lists["USES"])
        for used in lists["USES"]:
            if used not in modules:
                raise SystemExit(f"src/CMakeLists.txt: {name} uses {used}, which is not above it")
            uses |= modules[used].uses
        foreign = lists["PRIVATE"] + lists["DEVICES"] + lists["TWIN"]
        modules[name] = Module(uses, set(foreign))
    return modules


def foreign_library(header):
    return next((library for pattern, library in FOREIGN.items() if re.match(pattern, header)), None)


def offence(modules, name, is_public, header):
    """What is wrong with module `name` including `header`; None where nothing is."""
    module = modules[name]
    library = foreign_library(header)
    if library is not None:
        if is_public:
            return f"a public header must not need {library}"
        if library not in module.owns:
            return f"{name} does not link {library}"
        return None
    parts = header.split("/")
    if parts[0] == "shoal" and len(parts) > 2:
        if parts[1] not in modules:
            return f"there is no module {parts[1]}"
        if parts[1] != name and parts[1] not in module.uses:
            return f"{name} does not use {parts[1]}"
    elif parts[0] in modules and len(parts) > 1:
        if is_public:
            return "a public header must not need a private one"
        if parts[0] != name:
            return f"a private header of {parts[0]}"
    return None


def check(root):
    """All offences under `root`, as `path:line: includes HEADER: reason`."""
    modules = read_modules((root / "src/CMakeLists.txt").read_text())
    found = []
    for base, is_public in ((root / "include/shoal", True), (root / "src", False)):
        for path in sorted(base.glob("*/**/*.[ch]pp")):
            name = path.relative_to(base).parts[0]
            place = path.relative_to(root)
            if name not in modules:
                found.append(f"{place}: folder {name} is no module of src/CMakeLists.txt")
                continue
            text = path.read_text()
            for match in INCLUDE.finditer(text):
                reason = offence(modules, name, is_public, match[1])
                if reason is not None:
                    line = text.count("\n", 0, match.start(1)) + 1
                    found.append(f"{place}:{line}: includes {match[1]}: {reason}")
    return found


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])
    offences = check(root)
    for line in offences:
        print(line)
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
