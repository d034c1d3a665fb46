#!/usr/bin/python3
"""experiments/reproduce on devices that are not simulated, those of the testbed or three ranks of this
computer as a cluster: an item with its report, not run again, and one that needs more devices than
there are. Nothing is left up. On the testbed skipped without root or namespaces."""

import argparse
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "testbed"))

import bed  # noqa: E402
import quick  # noqa: E402

ITEMS = ("vgg16", "c3d")  # of which the first needs nine devices


def check(shoal, folder, *world):
    done = quick.reproduce(shoal, folder, "--quick", *world, *ITEMS)
    quick.expect(done.returncode == 0, done.stderr)
    quick.expect("vgg16: not measured: needs 9 devices, there are 3" in done.stdout, done.stdout)
    result = quick.check_item(folder, "c3d", verdicts=("holds", "does not hold"))
    report = (folder / "report.md").read_text()
    quick.expect("not measured" in report and result["headline"] in report, report)
    quick.expect(done.stdout.splitlines()[-1] == result["headline"], "no headline")
    quick.expect(float(result["headline"].split()[0]) > 0, result["headline"])
    again = quick.reproduce(shoal, folder, "--quick", *world, *ITEMS)
    quick.expect(again.stdout.count("is there already") == len(ITEMS), again.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", choices=["testbed", "cluster"])
    parser.add_argument("--shoal", required=True, type=pathlib.Path)
    options = parser.parse_args()
    world = ["--world", options.world]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        if options.world == "testbed":
            bed.expect_none()
            bed.up_or_skip("1")
            bed.call("down")
            world += ["--devices", "3", "--slow", "1"]
        else:
            hostfile = folder / "hosts"
            hostfile.write_text("localhost slots=3\n")
            world += ["--hostfile", hostfile]
        check(options.shoal, folder / "reproduced", *world)
        if options.world == "testbed":
            bed.expect_nothing_left("at the end")


if __name__ == "__main__":
    main()
