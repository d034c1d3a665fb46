#!/usr/bin/env python3
"""That docs/profile.schema.json describes the profiles that ship and the documentation's example,
and refuses what the program refuses.

usage: schema.py ROOT
"""

import copy
import json
import sys
import unittest
from pathlib import Path

import jsonschema

ROOT = Path(sys.argv.pop())
SCHEMA = json.loads((ROOT / "docs/profile.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

MISTAKES = [  # (path of the entry to replace or add, its value)
    (["version"], 2),
    (["extra"], 1),
    (["devices"], []),
    (["devices", 0, "memory"], 0),
    (["devices", 0, "memory"], 1.5),
    (["devices", 0, "cores"], 0),
    (["devices", 0, "paging_rate"], -1),
    (["devices", 0, "laws", "conv"], {"fixed": 1}),
    (["devices", 0, "laws", "dense"], {"error": 1, "fixed": 0}),
    (["devices", 0, "laws", "dense", "per_flop"], -1),
    (["devices", 0, "measurements", 0, "kind"], "fc"),
    (["devices", 0, "measurements", 0, "cut"], "width"),
    (["devices", 0, "measurements", 0, "fraction"], 0),
    (["devices", 0, "measurements", 0, "seconds"], -0.1),
    (["devices", 0, "measurements", 0, "algorithm"], "winograd3"),
    (["devices", 0, "measurements", 0, "extra"], 1),
    (["network", "bytes_per_second"], 0),
    (["network", "pairs"], [{"from": 0, "to": 1}]),
    (["network", "slowdown"], {"hallo": 1}),
]


def example():
    page = (ROOT / "docs/profiles.md").read_text()
    return json.loads(page.split("```json\n")[1].split("```")[0])


class Schema(unittest.TestCase):
    def test_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_describes_the_example(self):
        VALIDATOR.validate(example())

    def test_describes_the_profiles_that_ship(self):
        profiles = sorted((ROOT / "profiles").glob("*.json"))
        self.assertTrue(profiles)
        for path in profiles:
            with self.subTest(path.name):
                VALIDATOR.validate(json.loads(path.read_text()))

    def test_refuses_mistakes(self):
        for (*path, last), value in MISTAKES:
            document = copy.deepcopy(example())
            entry = document
            for key in path:
                entry = entry[key]
            entry[last] = value
            with self.subTest(path=path + [last], value=value):
                self.assertFalse(VALIDATOR.is_valid(document))


if __name__ == "__main__":
    unittest.main()
