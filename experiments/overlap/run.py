#!/usr/bin/python3
"""How much of what travels is hidden behind computing: the planner's plans for every network on
simulated devices (shoal simulate).

A rank's line needs so long for the bytes that the rank sends or receives for a frame, and its
processor so long for what it computes. One after the other they would take the sum. What the frame
takes less than that, of the rank for which the sum is largest, is what was hidden; it is told as a
share of the line's time. A frame for latency meets no other; for throughput the interval between
answers counts. The last line is the headline."""

import json
import pathlib
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from shoal_measure import ROOT, call, common_parser, save  # noqa: E402

MODELS = ("alexnet", "vgg16", "resnet50", "xception", "c3d")
UNITS = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}


@dataclass
class Rank:
    """Seconds for a frame."""

    computing: float
    line: float


class Experiment:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.speed = json.loads(options.profile.read_text())["network"]["bytes_per_second"]

    def shoal(self, *words):
        return call(self.options.shoal, *words)

    def row(self, model, devices, objective):
        plan = self.folder / "plan.json"
        self.shoal("plan", "--model", model, "--profile", self.options.profile, "--devices", devices,
                   "--objective", objective, "-o", plan)
        metrics = self.folder / "metrics.jsonl"
        told = json.loads(self.shoal("simulate", "--plan", plan, "--profile", self.options.profile,
                                     "--frames", max(40, 10 * devices), "--metrics", metrics,
                                     "--format", "json"))
        seconds = told["alone" if objective == "latency" else "interval"]
        ranks = self.ranks(plan, metrics, objective)
        busiest = max(ranks, key=lambda rank: rank.computing + rank.line)
        hidden = min(1, max(0, (busiest.computing + busiest.line - seconds) / busiest.line)) \
            if busiest.line > 0 else None
        return {"model": model, "devices": devices, "objective": objective, "seconds": seconds,
                "computing": busiest.computing, "line": busiest.line, "hidden": hidden}

    def ranks(self, plan, metrics, objective):
        """Of a frame that goes through every replica, or of the share of the frames that a replica
        gets."""
        lanes = self.shoal("plan", "show", plan, "--summary").split("\nlane ")
        bytes_of = [bytes_by_rank(lane) for lane in lanes]
        frames = {}
        for line in map(json.loads, metrics.read_text().splitlines()):
            frames.setdefault(line["rank"], []).append(line["computing"])
        count = 1 + max(json.loads(line)["frame"] for line in metrics.read_text().splitlines())
        ranks = []
        for rank in bytes_of[0]:
            line = statistics.mean(lane[rank] for lane in bytes_of) / self.speed
            computed = frames.get(rank, [])
            each = statistics.median(computed) if computed else 0
            ranks.append(Rank(each * (len(computed) / count if objective == "throughput" else 1), line))
        return ranks


def bytes_by_rank(table):
    """The more of what a rank sends and receives, by `shoal plan show --summary`."""
    found = {}
    for line in table.splitlines():
        cells = re.split(r"\s{2,}", line.strip())
        if cells[0].isdigit() and len(cells) == 8:
            found[int(cells[0])] = max(bytes_in(cells[6]), bytes_in(cells[7]))
    return found


def bytes_in(cell):
    number, unit = cell.split()
    return float(number) * UNITS[unit]


def show(row):
    hidden = "nothing moves" if row["hidden"] is None else f"{100 * row['hidden']:.0f} % hidden"
    print(f"{row['model']:9}{row['devices']:3} devices, {row['objective']:10} {row['seconds']:8.4g} s: "
          f"computing {row['computing']:8.4g} s, line {row['line']:8.4g} s, {hidden}", flush=True)


def main():
    parser = common_parser(__doc__, "overlap", "overlap.csv")
    parser.add_argument("--profile", type=pathlib.Path, default=ROOT / "profiles/pi3-keras.json")
    parser.add_argument("--devices", nargs="+", type=int, default=[2, 4, 8])
    parser.add_argument("--quick", action="store_true", help="AlexNet and C3D alone")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        experiment = Experiment(options, pathlib.Path(name))
        for model in ("alexnet", "c3d") if options.quick else MODELS:
            for devices in options.devices:
                for objective in ("latency", "throughput"):
                    rows.append(experiment.row(model, devices, objective))
                    show(rows[-1])
    save(options.output / "overlap.csv", rows)
    shares = [row["hidden"] for row in rows if row["hidden"] is not None]
    print(f"{100 * statistics.median(shares):.0f} % of the busiest line's time is hidden behind "
          f"computing, in the middle of {len(shares)} plans")


if __name__ == "__main__":
    main()
