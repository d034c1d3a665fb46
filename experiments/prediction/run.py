#!/usr/bin/python3
"""How well a profile predicts what a run takes: every network on two ranks of this machine, each on a
core of its own, as two stages and split within layers.

In every round a network is profiled and then run by each plan, so that what else slows the machine
meets predictions and measurements alike; medians over the rounds are compared. The last line is the
headline. Nothing else may run on the machine."""

import json
import pathlib
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from shoal_measure import add_mpirun, call, common_parser, cores, pinned, save  # noqa: E402

RANKS = 2
# Where the second of two stages begins: about half of the work is before it, and one tensor passes.
SECOND_STAGE = {"alexnet": "conv3", "vgg16": "block4_conv1", "resnet50": "conv4_block1_1_conv",
                "xception": "block7_sepconv1_act", "c3d": "conv4"}
SPLITS = {"spatial": "conv=spatial:2", "output": "conv=channel:2,fc=output:2"}
# A clip of C3D is as many frames; the next one begins a frame later.
CLIP = 16
# Reads of weights and pages that are touched for the first time are no prediction's matter.
WARM_UP = 2
# A rank that computes so much of the longest is as busy.
NEARLY = 0.9


@dataclass
class Figure:
    """Seconds of a stage: of its slowest rank's computing, and with the transfers within the stage."""

    computing: float
    total: float


class Experiment:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.cores = cores(RANKS)

    def pinned(self, *words):
        """On two ranks, each on its core."""
        return pinned(self.options.mpirun, self.cores, self.options.shoal, *words)

    def prepare(self, network):
        """The clip and the weights."""
        clip, weights = self.folder / f"{network}.avi", self.folder / f"{network}.h5"
        count = self.options.frames + (CLIP - 1 if network == "c3d" else 0)
        call(self.options.shoal, "draw", "clip", clip, "--frames", count, "--size", "128x128")
        call(self.options.shoal, "weights", "init", network, "--seed", 1, "-o", weights)
        return clip, weights

    def plans(self, network):
        """name -> file."""
        files = {name: self.folder / f"{network}-{name}.json" for name in ("stages", *SPLITS)}
        files["stages"].write_text(json.dumps({
            "format": "shoal-plan", "version": 1, "model": network, "ranks": RANKS, "output_rank": 1,
            "stages": [{"name": "first", "ranks": [0]},
                       {"name": "second", "from": SECOND_STAGE[network], "ranks": [1]}]}))
        for name, split in SPLITS.items():
            call(self.options.shoal, "plan", "write", "--model", network, "--split", split, "-n",
                 RANKS, "-o", files[name])
        return files

    def profile(self, network):
        path = self.folder / f"{network}-profile.json"
        self.pinned("profile", "--model", network, "--budget", self.options.budget, "-o", path)
        return path

    def predicted(self, plan, profile):
        """By stage, read from the tables of `shoal plan explain`."""
        said = call(self.options.shoal, "plan", "explain", plan, "--profile", profile)
        tables = [table.splitlines() for table in said.split("\n\n")]
        stages = next(table for table in tables if table[0].split()[:2] == ["stage", "ranks"])
        return [Figure(*stage_times(row)) for row in stages[1:]]

    def measured(self, network, plan, clip, weights):
        """By stage, the median over the frames."""
        metrics = self.folder / "metrics.jsonl"
        clips = ("--clip-hop", "1") if network == "c3d" else ()
        self.pinned("run", "--plan", plan, "--weights", weights, "--input", clip, *clips, "--frames",
                    self.options.frames, "--metrics", metrics, "--quiet", "--output",
                    self.folder / "answers.jsonl")
        lines = [json.loads(line) for line in metrics.read_text().splitlines()]
        staged = len(json.loads(plan.read_text())["stages"]) > 1
        groups = [[rank] for rank in range(RANKS)] if staged else [list(range(RANKS))]
        return [stage_figure(lines, group, within=not staged) for group in groups]


def stage_times(row):
    """Computing, and computing with transfers and paging, of a row of the table of stages."""
    cells = re.split(r"\s{2,}", row.strip())
    computing, transfers, paging = (float(cell.removesuffix(" s")) for cell in cells[2:5])
    return computing, computing + transfers + paging


def stage_figure(lines, ranks, within):
    """A stage of several ranks goes at the pace of those that compute longest. Of these the one that
    spends least in transfers tells the stage's: the transfers of the others contain what they wait
    for the input rank to read a picture, which is no part of the stage. `within`: it has transfers of
    its own, which those of a single rank, to the next stage, are not."""
    frames = {}
    for line in lines:
        if "event" not in line and line["rank"] in ranks and line["frame"] >= WARM_UP:
            total = line["computing"] + (line["transferring"] if within else 0)
            frames.setdefault(line["frame"], []).append((line["computing"], total))
    busiest = [[rank for rank in frame if rank[0] >= NEARLY * max(frame)[0]]
               for frame in frames.values()]
    computing = statistics.median(max(part for part, _ in frame) for frame in busiest)
    total = statistics.median(min(whole for _, whole in frame) for frame in busiest)
    return Figure(computing, total)


def rounds_of(experiment, network):
    """A row for each round, plan and stage."""
    clip, weights = experiment.prepare(network)
    plans = experiment.plans(network)
    for number in range(experiment.options.rounds):
        profile = experiment.profile(network)
        for name, plan in plans.items():
            predicted = experiment.predicted(plan, profile)
            measured = experiment.measured(network, plan, clip, weights)
            for stage, (told, found) in enumerate(zip(predicted, measured, strict=True)):
                yield {"network": network, "plan": name, "stage": stage, "round": number,
                       "predicted_computing": told.computing, "measured_computing": found.computing,
                       "predicted_stage": told.total, "measured_stage": found.total}
    weights.unlink()


def summary(rows):
    """(network, plan, stage) -> ratios of the medians, predicted to measured."""
    groups = {}
    for row in rows:
        groups.setdefault((row["network"], row["plan"], row["stage"]), []).append(row)
    middle = lambda group, key: statistics.median(row[key] for row in group)  # noqa: E731
    return [{"network": network, "plan": plan, "stage": stage,
             **{key: middle(group, key) for key in ("predicted_computing", "measured_computing",
                                                    "predicted_stage", "measured_stage")},
             "computing_ratio": middle(group, "predicted_computing")
             / middle(group, "measured_computing"),
             "stage_ratio": middle(group, "predicted_stage") / middle(group, "measured_stage")}
            for (network, plan, stage), group in groups.items()]


def show(ratios):
    print(f"{'network':10}{'plan':9}{'stage':>5}{'computing':>22}{'ratio':>8}{'stage time':>22}"
          f"{'ratio':>8}")
    for row in ratios:
        pairs = [f"{row[f'predicted_{key}']:.4g} / {row[f'measured_{key}']:.4g} s"
                 for key in ("computing", "stage")]
        print(f"{row['network']:10}{row['plan']:9}{row['stage']:5}{pairs[0]:>22}"
              f"{row['computing_ratio']:8.3f}{pairs[1]:>22}{row['stage_ratio']:8.3f}")
    worst, what, row = max(((abs(row[f"{key}_ratio"] - 1), key, row) for row in ratios
                            for key in ("computing", "stage")), key=lambda entry: entry[0])
    print(f"{100 * worst:.1f} % is the largest deviation of a predicted from a measured time: the "
          f"{what} time of {row['network']} by {row['plan']}, stage {row['stage']}")


def main():
    parser = common_parser(__doc__, "prediction", "rounds.csv and ratios.csv")
    add_mpirun(parser)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--budget", type=float, default=1, help="of shoal profile")
    parser.add_argument("--network", nargs="+", choices=SECOND_STAGE, default=list(SECOND_STAGE))
    parser.add_argument("--quick", action="store_true", help="AlexNet alone, few frames: a minute")
    options = parser.parse_args()
    if options.quick:
        options.network, options.rounds, options.frames, options.budget = ["alexnet"], 2, 10, 0.2
    if options.frames <= WARM_UP:
        parser.error(f"--frames: more than {WARM_UP}")
    options.output.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        experiment = Experiment(options, pathlib.Path(folder))
        for network in options.network:
            rows += rounds_of(experiment, network)
    ratios = summary(rows)
    save(options.output / "rounds.csv", rows)
    save(options.output / "ratios.csv", ratios)
    show(ratios)


if __name__ == "__main__":
    main()
