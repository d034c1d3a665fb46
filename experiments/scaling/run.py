#!/usr/bin/python3
"""How much sooner two ranks of this machine answer than one, each pinned to a core of its own: one
frame alone by the planner's plan for latency, and a frame after the other by its plan for throughput,
from a profile that is measured first.

One rank, two ranks for latency and two for throughput take turns; medians over the rounds count. The
last line is the headline. Nothing else may run on the machine."""

import json
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from shoal_measure import add_mpirun, call, common_parser, cores, pinned, save  # noqa: E402

NETWORKS = ("vgg16", "resnet50", "c3d")
RANKS = 2
# A clip of C3D is as many frames; the next one begins a frame later.
CLIP = 16
# Reads of weights and pages that are touched for the first time are no frame's matter.
WARM_UP = 4


class Experiment:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.cores = cores(RANKS)
        self.clip = folder / "clip.avi"
        call(options.shoal, "draw", "clip", self.clip, "--size", "128x128",
             "--frames", 2 * options.frames + CLIP - 1)

    def one(self, *words):
        call("taskset", "-c", self.cores[0], self.options.shoal, *words, "--threads", 1)

    def two(self, *words):
        pinned(self.options.mpirun, self.cores, self.options.shoal, *words)

    def plans(self, network):
        profile = self.folder / "profile.json"
        self.two("profile", "--model", network, "--budget", self.options.budget, "-o", profile)
        files = {}
        for objective in ("latency", "throughput"):
            files[objective] = self.folder / f"{objective}.json"
            call(self.options.shoal, "plan", "--model", network, "--profile", profile,
                 "--devices", RANKS, "--objective", objective, "-o", files[objective])
        return files

    def frames(self, start, network, weights, count, *words):
        """When each frame began and ended, in seconds."""
        metrics = self.folder / "metrics.jsonl"
        hop = ("--clip-hop", 1) if network == "c3d" else ()
        start("run", "--weights", weights, "--input", self.clip, *hop, "--frames", count, "--quiet",
              "--metrics", metrics, "--output", self.folder / "answers.jsonl", *words)
        spans = {}
        for line in map(json.loads, metrics.read_text().splitlines()):
            if "event" not in line:
                spans.setdefault(line["frame"], []).append((line["began"], line["ended"]))
        return [(min(began for began, _ in spans[frame]), max(ended for _, ended in spans[frame]))
                for frame in sorted(spans)][WARM_UP:]

    def rounds(self, network):
        weights = self.folder / f"{network}.h5"
        call(self.options.shoal, "weights", "init", network, "--seed", 1, "-o", weights)
        plans = self.plans(network)
        count = self.options.frames
        for _ in range(self.options.rounds):
            alone = self.frames(self.one, network, weights, count, "--model", network,
                                "--in-flight", 1)
            latency = self.frames(self.two, network, weights, count, "--plan", plans["latency"],
                                  "--in-flight", 1)
            stream = self.frames(self.two, network, weights, 2 * count, "--plan", plans["throughput"])
            yield {"network": network, "one": duration(alone), "latency": duration(latency),
                   "one_interval": interval(alone), "interval": interval(stream)}
        weights.unlink()


def duration(frames):
    return statistics.median(ended - began for began, ended in frames)


def interval(frames):
    """Of answers: replicas give theirs in pairs, so that single intervals tell nothing."""
    ends = sorted(ended for _, ended in frames)
    return (ends[-1] - ends[0]) / (len(ends) - 1)


def summary(rows):
    result = []
    for network in dict.fromkeys(row["network"] for row in rows):
        middle = {key: statistics.median(row[key] for row in rows if row["network"] == network)
                  for key in ("one", "latency", "one_interval", "interval")}
        result.append({"network": network, **middle,
                       "sooner": middle["one"] / middle["latency"],
                       "more": middle["one_interval"] / middle["interval"]})
    return result


def main():
    parser = common_parser(__doc__, "scaling", "rounds.csv and scaling.csv")
    add_mpirun(parser)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--budget", type=float, default=1, help="of shoal profile")
    parser.add_argument("--network", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--quick", action="store_true", help="ResNet50 alone, three rounds")
    options = parser.parse_args()
    if options.quick:
        options.network, options.rounds = ["resnet50"], 3
    if options.frames <= WARM_UP + 1:
        parser.error(f"--frames: more than {WARM_UP + 1}")
    options.output.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        experiment = Experiment(options, pathlib.Path(name))
        for network in options.network:
            rows += experiment.rounds(network)
            print("{network:9} a frame alone: {one:.4f} s on one rank, {latency:.4f} s on two, "
                  "{sooner:.2f} times; a frame every {one_interval:.4f} and {interval:.4f} s, "
                  "{more:.2f} times".format(**summary(rows)[-1]), flush=True)
    save(options.output / "rounds.csv", rows)
    scaling = summary(rows)
    save(options.output / "scaling.csv", scaling)
    least = min(scaling, key=lambda row: row["sooner"])
    print(f"{least['sooner']:.2f} times as soon answers a frame alone on two ranks as on one, at least "
          f"({least['network']}); {min(row['more'] for row in scaling):.2f} times as many frames")


if __name__ == "__main__":
    main()
