#!/usr/bin/env python3
"""That clang_tidy.py finds in a group what is to be found in its sources one by one."""

import json
import tempfile
import unittest
from pathlib import Path

import clang_tidy

CONFIGURATION = """\
Checks: '-*,readability-else-after-return'
WarningsAsErrors: '*'
HeaderFilterRegex: '.*'
"""
# {0} names the function that only this source sees.
FAULT = """\
static int {0}(int n) {{
  if (n > 0) return 1;
  else return {1};
}}
int {2}() {{ return {0}(3); }}
"""
GOOD = "int good() { return 0; }\n"


class ClangTidy(unittest.TestCase):
    def places(self, **sources):
        """`name:line` of each finding; sources by name without their ending, headers end in _hpp."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            (root / ".clang-tidy").write_text(CONFIGURATION)
            for name in ("src", "build"):
                (root / name).mkdir()
            entries = []
            for name, text in sources.items():
                is_header = name.endswith("_hpp")
                path = root / "src" / (name[:-4] + ".hpp" if is_header else name + ".cpp")
                path.write_text(text)
                if not is_header:
                    entries.append({"directory": str(root), "file": f"src/{path.name}",
                                    "command": f"c++ -std=c++20 -o {name}.o -c src/{path.name}"})
            (root / "build/compile_commands.json").write_text(json.dumps(entries))
            found = clang_tidy.lint(root / "build", root, 1)
            return [":".join(finding.split(":")[:2]).removeprefix(f"{root}/src/") for finding in found]

    def test_nothing_is_found_where_nothing_is(self):
        self.assertEqual(self.places(a=GOOD), [])

    def test_what_is_found_is_told_where_it_is(self):
        self.assertEqual(self.places(a=GOOD, b=FAULT.format("x", 2, "y")), ["b.cpp:3"])

    def test_precompiled_headers_are_left_to_the_compiler(self):
        entry = {"command": "c++ -O0 -Winvalid-pch -include pch.hxx -std=c++20 -o a.o -c a.cpp"}
        self.assertEqual(clang_tidy.flags_of(entry), ["-O0", "-std=c++20"])

    def test_sources_that_clash_are_looked_at_apart(self):
        self.assertEqual(
            self.places(a=FAULT.format("x", 1, "a"), b=FAULT.format("x", 2, "b"), c=GOOD),
            ["a.cpp:3", "b.cpp:3"])

    def test_a_header_is_told_of_once(self):
        header = "#pragma once\n" + FAULT.format("x", 1, "y").replace("int y", "inline int y")
        include = '#include "h.hpp"\nstatic int same() { return y(); }\n'
        self.assertEqual(self.places(a=include, b=include, h_hpp=header), ["h.hpp:4"])

    def test_what_does_not_compile_is_told(self):
        self.assertEqual(self.places(a=GOOD, b="int b() { return absent; }\n"), ["b.cpp:1"])


if __name__ == "__main__":
    unittest.main()
