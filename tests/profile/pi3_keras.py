#!/usr/bin/env python3
"""That profiles/pi3-keras.json is what its script makes.

usage: pi3_keras.py ROOT
"""

import subprocess
import sys
import unittest
from pathlib import Path

PROFILES = Path(sys.argv.pop()) / "profiles"


def run(*options):
    command = [sys.executable, "-B", PROFILES / "pi3_keras.py", *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Pi3Keras(unittest.TestCase):
    def test_is_what_the_script_makes(self):
        # Not assertEqual: its account of two long texts takes minutes.
        self.assertTrue(run() == (PROFILES / "pi3-keras.json").read_text())

    def test_prints_how_well_the_laws_fit(self):
        lines = run("--fit").splitlines()
        self.assertEqual(
            [line.split()[0] for line in lines[1:-1]],
            [
                "convolution",
                "convolution-3d",
                "dense",
                "depthwise",
                "first-convolution",
                "pointwise",
                "pool",
            ],
        )


if __name__ == "__main__":
    unittest.main()
