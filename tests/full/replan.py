#!/usr/bin/python3
"""One of two ranks becomes three times as slow in the middle of a run: with --replan auto the job moves
to another plan by itself, and every frame is answered in order, once, as one rank answers it. With
--measure, which is not for tests, throughput afterwards is compared with that of a plan made for the
slowed devices from the beginning."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import alexnet_run

FRAMES = 1000
SLOW_FROM = 300
FACTOR = 3
STEADY = 1.25
AT_LEAST = 0.8
ATTEMPTS = 3


class Replanning:
    def __init__(self, shoal, mpirun, folder):
        self.shoal, self.mpirun, self.folder = shoal, mpirun.split(), folder
        self.clip, self.weights = alexnet_run.prepare(shoal, folder, FRAMES)
        self.profile = folder / "profile.json"

    def call(self, *words):
        return subprocess.run([str(word) for word in words], check=True, capture_output=True,
                              text=True)

    def measure(self):
        self.call(*self.mpirun, "-n", 2, self.shoal, "profile", "--model", "alexnet", "--budget",
                  10, "-o", self.profile)

    def run(self, name, ranks, *more):
        """Answers, metrics and what was said."""
        answers, metrics = self.folder / f"{name}.jsonl", self.folder / f"{name}-metrics.jsonl"
        done = self.call(*self.mpirun, "-n", ranks, self.shoal, "run", "--model", "alexnet",
                         "--weights", self.weights, "--input", self.clip, "--output", answers,
                         "--top", 3, "--metrics", metrics, *more)
        return alexnet_run.json_lines(answers), alexnet_run.json_lines(metrics), done.stderr

    def slowed_plan(self):
        """As the devices will be: rank 1 takes FACTOR times as long."""
        document = json.loads(self.profile.read_text())
        device = document["devices"][1]
        for law in device["laws"].values():
            for key in ("fixed", "per_flop", "per_byte"):
                if key in law:
                    law[key] *= FACTOR
        for one in device["measurements"]:
            one["seconds"] *= FACTOR
        slowed, plan = self.folder / "slowed.json", self.folder / "plan.json"
        slowed.write_text(json.dumps(document))
        self.call(self.shoal, "plan", "make", "--model", "alexnet", "--profile", slowed,
                  "--devices", 2, "-o", plan)
        return plan


def changes_of(metrics, said):
    changes = [line for line in metrics if line.get("event") == "replan"]
    if said.count("go by a new plan") != len(changes):
        sys.exit(f"{len(changes)} changes in the metrics, but said:\n{said}")
    if not changes:
        sys.exit(f"the plan was not changed:\n{said}")
    for change in changes:
        if change["interval_before"] < 1.1 * change["interval_after"]:
            sys.exit(f"not worth it: {change}")
    answer = [one for one in changes if one["rank"] == 1 and one["frame"] > SLOW_FROM]
    if not answer:
        sys.exit(f"no change for rank 1 after frame {SLOW_FROM}: {changes}")
    return answer


def drift(metrics):
    """Of rank 0, which nothing slows: what its frames take once rank 1 is slowed and before the plan
    changes, against what they took before."""
    changed = min((line["frame"] for line in metrics if line.get("event") == "replan"),
                  default=FRAMES)
    frames = [line for line in metrics if "event" not in line and line["rank"] == 0]
    before = [line["computing"] for line in frames if line["frame"] < min(SLOW_FROM, changed)]
    after = [line["computing"] for line in frames if SLOW_FROM <= line["frame"] < changed]
    return statistics.median(after) / statistics.median(before) if after else 1


def slowed_run(job, auto):
    """One in which nothing but the slowed rank makes the plan change. Where something else slowed the
    first frames down, by which later ones are judged, the job rightly changes its plan before, or on
    rank 0's account."""
    for _ in range(ATTEMPTS):
        found, metrics, said = job.run("auto", 2, *auto)
        early = [line for line in metrics
                 if line.get("event") == "replan" and line["frame"] <= SLOW_FROM]
        steady = 1 / STEADY < drift(metrics) < STEADY
        if not early and steady:
            return found, metrics, said
        print(f"something else slowed the ranks down: rank 0 takes {drift(metrics):.2f} times as "
              f"long as at first; {len(early)} early changes", flush=True)
    sys.exit(f"something else slowed the ranks down, {ATTEMPTS} times")


def throughput(metrics, first):
    """Frames per second from frame `first` on, of which the tenth part is left out at both ends."""
    ends = {}
    for line in metrics:
        if "event" not in line and line["frame"] >= first:
            ends[line["frame"]] = max(ends.get(line["frame"], 0), line["ended"])
    times = sorted(ends.values())
    times = times[len(times) // 10: -max(len(times) // 10, 1)]
    return (len(times) - 1) / (times[-1] - times[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    parser.add_argument("--measure", type=int, default=0, help="rounds")
    arguments = parser.parse_args()
    slow = ("--slow", f"1:{FACTOR}@{SLOW_FROM}")
    auto = ("--split", "conv=spatial:2,fc1=output:2", "--profile", None, "--replan", "auto",
            "--replan-after", 1, *slow)
    with tempfile.TemporaryDirectory() as name:
        job = Replanning(arguments.shoal, arguments.mpirun, pathlib.Path(name))
        job.measure()
        auto = [job.profile if word is None else word for word in auto]
        expected, _, _ = job.run("alone", 1)
        ratios = []
        for _ in range(max(arguments.measure, 1)):
            found, metrics, said = slowed_run(job, auto)
            if len(found) != FRAMES or len(expected) != FRAMES:
                sys.exit(f"{len(found)} and {len(expected)} answers to {FRAMES} frames")
            alexnet_run.compare(found, expected)
            change = changes_of(metrics, said)[-1]
            print(said.strip().splitlines()[-1], flush=True)
            if arguments.measure:
                _, fresh, _ = job.run("fresh", 2, "--plan", job.slowed_plan(), *slow)
                ours = throughput(metrics, change["frame"])
                theirs = throughput(fresh, SLOW_FROM)
                ratios.append(ours / theirs)
                print(f"{ours:.2f} frames/s; {theirs:.2f} by a fresh plan", flush=True)
    if ratios:
        print(f"{statistics.median(ratios):.2f} of a fresh plan's throughput")
        if statistics.median(ratios) < AT_LEAST:
            sys.exit(f"less than {AT_LEAST}")


if __name__ == "__main__":
    main()
