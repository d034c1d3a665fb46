#!/usr/bin/python3
"""experiments/reproduce: two items on simulated devices, each with its report; run again it does
nothing anew; what a user gets wrong is told in one line."""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ITEMS = ("fc-split", "c3d")


def reproduce(shoal, folder, *words):
    command = [sys.executable, ROOT / "experiments/reproduce", "--shoal", shoal, "--output", folder, *words]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def expect(truth, what):
    if not truth:
        sys.exit(f"reproduce: {what}")


def check_item(folder, item, verdicts=("holds", "cannot be told")):
    result = json.loads((folder / item / "result.json").read_text())
    expect(result["claims"], f"{item} claims nothing")
    for claim in result["claims"]:
        expect(claim["verdict"] in verdicts, f"{item}: {claim}")
    expect((folder / item / "log").stat().st_size > 0, f"{item} keeps no log")
    rows = list(csv.reader((folder / item / f"{item}.csv").open()))
    expect(len(rows) > 2 and all(len(row) == len(rows[0]) for row in rows), f"{item}'s CSV is odd")
    for figure in result["figures"]:
        drawn = folder / item / figure["name"]
        expect("<path" in drawn.with_suffix(".svg").read_text(), f"{drawn}.svg draws nothing")
        expect(drawn.with_suffix(".png").read_bytes().startswith(b"\x89PNG"), f"{drawn}.png is none")
    return result


def check_report(folder, results):
    page, text = (folder / "report.html").read_text(), (folder / "report.md").read_text()
    for result in results:
        expect(result["headline"] in text, f"report.md lacks {result['item']}")
        expect(f"id='{result['item']}'" in page, f"report.html lacks {result['item']}")
    figures = sum(len(result["figures"]) for result in results)
    expect(page.count("<svg") == figures, "report.html needs other files, or lacks plots")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True, type=pathlib.Path)
    shoal = parser.parse_args().shoal
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "reproduced"
        done = reproduce(shoal, folder, "--quick", *ITEMS)
        expect(done.returncode == 0, done.stderr)
        check_report(folder, [check_item(folder, item) for item in ITEMS])
        last = done.stdout.splitlines()[-1]
        expect(float(last.split()[0]) >= 2.8, f"no headline: {last}")

        before = {path: path.stat().st_mtime_ns for path in folder.glob("*/result.json")}
        again = reproduce(shoal, folder, "--quick", *ITEMS)
        expect(again.stdout.count("is there already") == len(ITEMS), again.stdout)
        expect(again.stdout.splitlines()[-1] == last, "another headline the second time")
        expect(before == {path: path.stat().st_mtime_ns for path in before}, "items were run anew")

        for words, told in (((folder / "nothing", folder, "c3d"), "is not there; build it first"),
                            ((shoal, folder, "c4d"), "no item c4d; there are fc-split")):
            wrong = reproduce(*words)
            expect(wrong.returncode != 0 and told in wrong.stderr, wrong.stderr)


if __name__ == "__main__":
    main()
