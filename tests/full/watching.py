#!/usr/bin/python3
"""--metrics and --trace tell of a real run what its table tells: for every rank the times add up to the
table's, no two spans of a rank overlap, and every frame's arrows lead from span to span. Two stages
on overlapping groups, the second of two replicas, several frames in flight."""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import alexnet_run

FRAMES = 30
PLAN = {
    "format": "shoal-plan", "version": 1, "model": "alexnet", "ranks": 4,
    "input_rank": 3, "output_rank": 2, "in_flight": 5,
    "stages": [
        {"name": "convolutions", "ranks": [0, 1],
         "layers": {"conv1": {"scheme": "spatial"}, "conv2": {"scheme": "channel"}}},
        {"name": "dense", "from": "flatten",
         "replicas": [{"ranks": [0, 2], "layers": {"fc1": {"scheme": "output"}}}, {"ranks": [3]}]},
    ],
}
# The table rounds to milliseconds; a frame's times are told to the last bit.
ROUNDING = 1e-3


def expect(condition, what):
    if not condition:
        sys.exit(what)


def table_of(text):
    """rank -> what the table says of it."""
    rows = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]
    titles = next(row for row in rows if row[0] == "rank")
    found = [dict(zip(titles, row, strict=True)) for row in rows if row[0].isdigit()]
    return {int(row["rank"]): row for row in found}


def seconds(cell):
    number, unit = cell.split()
    expect(unit == "s", f"{cell} is no time")
    return float(number)


def check_times(table, metrics, spans):
    for rank, row in table.items():
        told = collections.Counter()
        for line in metrics:
            if line["rank"] == rank:
                told.update({key: line[key] for key in ("computing", "transferring", "waiting")})
        drawn = collections.Counter()
        for span in spans[rank]:
            drawn[span["cat"]] += span["dur"] * 1e-6
        print(rank, row["computing"], dict(told), dict(drawn))
        computing = seconds(row["computing"])
        others = seconds(row["communicating"]) + seconds(row["waiting"])
        expect(abs(told["computing"] - computing) <= ROUNDING, f"rank {rank}: metrics computing")
        expect(abs(drawn["compute"] - computing) <= ROUNDING, f"rank {rank}: trace computing")
        # What of a transfer is waiting only the end of the run tells; the metrics leave out idling.
        expect(abs(drawn["transfer"] + drawn["wait"] - others) <= 2 * ROUNDING,
               f"rank {rank}: trace transfers and waits")
        expect(abs(told["transferring"] - drawn["transfer"]) <= ROUNDING,
               f"rank {rank}: metrics transfers")
        expect(told["waiting"] <= drawn["wait"] + ROUNDING, f"rank {rank}: metrics waits")


def check_startup(text, starts):
    told = re.search(r"^first answer after ([0-9.]+) s: .* to load weights \(rank \d the last\), ", text,
                     re.MULTILINE)
    expect(told, f"the start is not told:\n{text}")
    expect([line["rank"] for line in starts] == [0, 1, 2, 3], f"the starts of {starts}")
    for line in starts:
        expect(0 < line["joined"] <= line["planned"] <= line["loaded"], f"no order in {line}")
        expect(("answered" in line) == (line["rank"] == PLAN["output_rank"]), f"who answers: {line}")
    answered = starts[PLAN["output_rank"]]["answered"]
    expect(starts[PLAN["output_rank"]]["loaded"] <= answered, "answered before it had weights")
    expect(abs(answered - float(told.group(1))) <= 0.01, f"{answered} s or {told.group(1)} s?")


def check_metrics(table, metrics):
    stages = {0: ("convolutions", "dense"), 1: ("convolutions",), 2: ("dense",), 3: ("dense",)}
    for rank, row in table.items():
        lines = [line for line in metrics if line["rank"] == rank]
        frames = [line["frame"] for line in lines]
        expect(len(frames) == int(row["frames"]) == len(set(frames)), f"rank {rank}: its frames")
        for line in lines:
            expect(line["began"] <= line["ended"], f"ends before it begins: {line}")
            expect(set(line["stages"]) <= set(stages[rank]), f"the stages of {line}")
            expect(line["lane"] in (0, 1), f"the lane of {line}")
            expect(10e6 < line["peak_memory"] < 10e9, f"the memory of {line}")
    expect({line["frame"] for line in metrics} == set(range(FRAMES)), "not all frames")


def check_spans(spans):
    for rank, own in spans.items():
        expect(own, f"rank {rank} has no span")
        for before, after in zip(own, own[1:]):
            end = before["ts"] + before["dur"]
            expect(before["dur"] >= 0 and end <= after["ts"] + 1e-3,
                   f"rank {rank}: {before} is not over when {after} begins")


def check_flows(events, spans):
    """Each frame's arrows begin once, end once, go forward, and lie in spans of that frame."""
    flows = collections.defaultdict(list)
    for event in events:
        if event["ph"] in "stf":
            flows[event["id"]].append(event)
    expect(set(flows) == set(range(FRAMES)), f"flows of {sorted(flows)}")
    for frame, flow in flows.items():
        phases = "".join(event["ph"] for event in flow)
        expect(re.fullmatch("st*f", phases), f"frame {frame}: {phases}")
        times = [event["ts"] for event in flow]
        expect(times == sorted(times), f"frame {frame} goes back in time")
        for event in flow:
            around = [span for span in spans[event["pid"]]
                      if span["ts"] <= event["ts"] <= span["ts"] + span["dur"]]
            expect(any(span["args"]["frame"] == frame for span in around), f"{event} is in no span")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        clip, weights = alexnet_run.prepare(arguments.shoal, folder, FRAMES)
        plan = folder / "plan.json"
        plan.write_text(json.dumps(PLAN))
        done = subprocess.run(
            [*arguments.mpirun.split(), "-n", "4", arguments.shoal, "run", "--model", "alexnet",
             "--weights", weights, "--input", clip, "--plan", plan, "--output", folder / "a.jsonl",
             "--metrics", folder / "m.jsonl", "--trace", folder / "t.json"],
            check=True, capture_output=True, text=True)
        metrics = alexnet_run.json_lines(folder / "m.jsonl")
        starts = [line for line in metrics if line.get("event") == "startup"]
        metrics = [line for line in metrics if "event" not in line]
        events = json.loads((folder / "t.json").read_text())["traceEvents"]
    table = table_of(done.stdout)
    expect(sorted(table) == [0, 1, 2, 3], f"no table of four ranks:\n{done.stdout}{done.stderr}")
    names = {event["pid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
    expect(names == {rank: f"rank {rank} on {row['host']}" for rank, row in table.items()}, names)
    spans = {rank: sorted((event for event in events if event["ph"] == "X" and event["pid"] == rank),
                          key=lambda event: event["ts"]) for rank in table}
    check_startup(done.stdout, starts)
    check_metrics(table, metrics)
    check_spans(spans)
    check_flows(events, spans)
    check_times(table, metrics, spans)


if __name__ == "__main__":
    main()
