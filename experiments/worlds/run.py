#!/usr/bin/python3
"""How well the twin tells what devices do: the same plans on the testbed and on the twin, by the
profile that was measured on the testbed.

For every network and number of devices: profile, a plan for latency and one for throughput, each run
on both. Needs root (experiments/testbed), and a machine on which nothing else runs. The last line is
the headline: the largest deviation in per cent."""

import argparse
import csv
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTBED = ROOT / "experiments/testbed"
NETWORKS = ("alexnet", "resnet50", "vgg16")
# Of the two cores' time; the rest is for what the computer does besides.
SHARED_CPUS = 1.8


class Comparison:
    def __init__(self, options):
        self.shoal, self.folder, self.quick = options.shoal.resolve(), options.output, options.quick
        self.folder.mkdir(parents=True, exist_ok=True)

    def call(self, *words):
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
        return done.stdout

    def on_testbed(self, devices, *words):
        return self.call(TESTBED, "run", "-n", devices, "--", self.shoal, *words)

    def path(self, *names):
        return self.folder / "-".join(map(str, names))

    def prepare(self, network):
        """Weights and a video of many frames."""
        weights, clip = self.path(f"{network}.h5"), self.path("clip.mp4")
        if not clip.exists():
            self.call(self.shoal, "draw", "clip", clip, "--frames", 400)
        if not weights.exists():
            self.call(self.shoal, "weights", "init", network, "--seed", 1, "-o", weights)
        return weights, clip

    def compare(self, network, devices):
        weights, clip = self.prepare(network)
        profile = self.path(network, devices, "profile.json")
        self.on_testbed(devices, "profile", "--model", network, "--budget", 0 if self.quick else 0.5,
                        "--threads", 1, "-o", profile)
        for objective in ("latency", "throughput"):
            plan = self.path(network, devices, objective, "plan.json")
            self.call(self.shoal, "plan", "--model", network, "--profile", profile, "--objective",
                      objective, "-o", plan)
            # A frame that meets no other, then as many at once as the plan wants.
            alone = self.alone(plan)
            rounds = 6 if self.quick else 12
            real = {"latency": self.run(alone, devices, weights, clip, rounds)[1],
                    "interval": self.run(plan, devices, weights, clip, rounds)[0]}
            told = json.loads(self.call(self.shoal, "simulate", "--plan", plan, "--profile", profile,
                                        "--frames", 100, "--format", "json"))
            simulated = {"latency": told["alone"], "interval": told["interval"]}
            for what in ("latency", "interval"):
                yield network, devices, objective, what, real[what], simulated[what]

    def alone(self, plan):
        document = json.loads(plan.read_text())
        document["in_flight"] = 1
        path = plan.with_suffix(".alone.json")
        path.write_text(json.dumps(document))
        return path

    def run(self, plan, devices, weights, clip, rounds):
        """Seconds between answers in the steady state, and from ticket to answer in the median."""
        document = json.loads(plan.read_text())
        in_flight = document.get("in_flight") or 2 * sum(
            len(stage.get("replicas", [None])) for stage in document["stages"])
        metrics = plan.with_suffix(".jsonl")
        self.on_testbed(devices, "run", "--plan", plan, "--weights", weights, "--input", clip, "--frames",
                        max(10, rounds * in_flight), "--metrics", metrics, "--threads", 1, "--quiet")
        lines = [json.loads(line) for line in metrics.read_text().splitlines()]
        began, ended = {}, {}
        for line in lines:
            frame = line["frame"]
            began[frame] = min(began.get(frame, line["began"]), line["began"])
            ended[frame] = max(ended.get(frame, line["ended"]), line["ended"])
        answers = sorted(ended.values())
        counted = answers[in_flight - 1:len(answers) - in_flight]
        latencies = sorted(ended[frame] - began[frame] for frame in ended)
        return (counted[-1] - counted[0]) / (len(counted) - 1), latencies[len(latencies) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", type=pathlib.Path, default=ROOT / "build/src/shoal")
    parser.add_argument("--network", nargs="+", default=NETWORKS, choices=[*NETWORKS, "xception", "c3d"])
    parser.add_argument("--devices", nargs="+", type=int, default=[3, 6])
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("worlds"))
    parser.add_argument("--quick", action="store_true", help="AlexNet on three devices, about a minute")
    options = parser.parse_args()
    if options.quick:
        options.network, options.devices = ["alexnet"], [3]
    comparison, rows = Comparison(options), []
    for devices in options.devices:
        comparison.call(TESTBED, "up", devices, "--cpu", f"{SHARED_CPUS / devices:.2f}")
        try:
            for network in options.network:
                for row in comparison.compare(network, devices):
                    rows.append((*row, row[-1] / row[-2]))
                    print("{:9} {} devices, for {:10} {:8} testbed {:7.4f} s, twin {:7.4f} s, "
                          "ratio {:.3f}".format(*rows[-1]), flush=True)
        finally:
            comparison.call(TESTBED, "down")
    with open(options.output / "worlds.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["network", "devices", "objective", "figure", "testbed_s", "twin_s", "ratio"])
        writer.writerows(rows)
    print(f"{100 * max(abs(row[-1] - 1) for row in rows):.1f} % at most between twin and testbed")


if __name__ == "__main__":
    main()
