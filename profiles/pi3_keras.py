#!/usr/bin/env python3
"""Makes pi3-keras.json from data/pi3_timings.csv. README.md says which rows are taken and why.

usage: pi3_keras.py [-o FILE] [--fit]

Without -o the profile goes to the standard output; --fit prints how well the laws fit instead.
"""

import argparse
import csv
import itertools
import json
import math
import statistics
import sys
from collections import defaultdict
from pathlib import Path

import numpy

HERE = Path(__file__).resolve().parent
FLOAT = 4  # bytes

SOURCE = (
    "Raspberry Pi 3, TensorFlow 1 + Keras, published by the authors of arXiv 1901.02537 in "
    "github.com/parallel-ml/conv and /fc; made by profiles/pi3_keras.py. Assumptions: elementwise "
    "layers move bytes as a dense layer reads its weights; latency is the line's."
)

BYTES_PER_SECOND = 94.1e6 / 8  # the paper's measured network
LATENCY = 150e-6

# The largest dense layer of the sweep that does not page, and the smallest one seen to page.
FITS = 7680 * 12228 * FLOAT
PAGES = 25088 * 4096 * FLOAT

# Bytes of weights in the processes that paged: the sweep's hold one layer, those that time VGG
# layer by layer hold all the layers before it too (models/vgg16_time.py builds up one model).
CONVOLUTIONS_OF_VGG = {"vgg16": 14_714_688 * FLOAT, "vgg19": 20_024_384 * FLOAT}

VGG16 = [f"block{b}_conv{c}" for b, n in enumerate((2, 2, 3, 3, 3), 1) for c in range(1, n + 1)]
RESNET50 = {
    str(number): f"conv{stage}_block{block}"
    for number, (stage, block) in enumerate(
        ((s, b) for s, n in enumerate((3, 4, 6, 3), 2) for b in range(1, n + 1)), 2
    )
}
RESNET50_PARTS = {"s": "0", "a": "1", "b": "2", "v": "2", "c": "3"}  # "2v" is a slip for "2b"
SEPARABLE = (
    [f"block{b}_sepconv{i}" for b in (2, 3, 4) for i in (1, 2)]
    + [f"block{b}_sepconv{i}" for b in range(5, 13) for i in (1, 2, 3)]
    + [f"block{b}_sepconv{i}" for b in (13, 14) for i in (1, 2)]
)
# The authors count Xception's convolutions in the order of their running.
SHORTCUTS = {1: "conv2d", 4: "conv2d_1", 7: "conv2d_2", 35: "conv2d_3"}
SEPARABLE_NUMBERS = [n for n in range(1, 40) if n not in SHORTCUTS and n != 34]


def is_taken(row):
    """Whether a row is one of the consistent set."""
    if row["note"].startswith("EXCLUDE") or not row["seconds"]:
        return False
    path = row["source_path"]
    if "/conv/" in path and row["source_repo"] == "parallel-ml/conv":
        return True
    if path.startswith("models/stats/vgg"):
        return row["op"] in ("maxpool2d", "dense")
    return row["model"] == "fc_sweep"


def our_name(row):
    """The layer's name in our lowered graph; of other networks the authors' own."""
    model, words = row["model"], row["layer"].split("_")
    if model == "fc_sweep":
        return row["input_shape"] + "x" + row["output_shape"]
    if row["source_path"].startswith("models/stats/"):
        return {"block6_dense1": "fc1", "block6_dense2": "fc2", "block6_dense3": "predictions"}.get(
            row["layer"], row["layer"]
        )
    if model == "vgg16":
        return VGG16[int(words[2]) - 1]
    if model in ("alexnet", "c3d"):
        return "conv" + words[2]
    if model == "resnet50":
        number = words[2]
        if number == "1":
            return "conv1_conv"
        return f"{RESNET50[number[:-1]]}_{RESNET50_PARTS[number[-1]]}_conv"
    if model == "xception":
        return xception_name(words)
    return row["layer"]


def xception_name(words):
    if words[0] == "separable":
        return SEPARABLE[int(words[2]) - 1]
    if words[0] == "conv2d":
        number = int(words[1])
        return f"block1_conv{number}" if number <= 2 else list(SHORTCUTS.values())[number - 3]
    number = int(words[2])
    if number in SHORTCUTS:
        return SHORTCUTS[number]
    name = SEPARABLE[SEPARABLE_NUMBERS.index(number)]
    return name + "/depthwise" if words[3] == "dconv" else name


def numbers(text):
    return [int(word) for word in text.split("x")]


class Layer:
    """What a row says of a layer or shard. Shapes are height, width, (depth,) channels."""

    def __init__(self, row):
        self.op = row["op"]
        *self.in_space, self.inputs = numbers(row["input_shape"])
        *self.out_space, self.outputs = numbers(row["output_shape"])
        self.kernel = math.prod(numbers(row["kernel"])) if row["kernel"] else 1
        # Keras's layers have biases, but for those that a batch normalisation follows in Xception.
        self.biased = row["model"] != "xception"

    @property
    def flops(self):
        made = math.prod(self.out_space) * self.outputs
        products = self.kernel * (1 if self.op in ("depthwise2d", "maxpool2d") else self.inputs)
        if self.op == "maxpool2d":
            return made * self.kernel
        return made * (2 * products + self.biased)

    @property
    def weights(self):
        if self.op == "maxpool2d":
            return 0
        if self.op == "depthwise2d":
            return self.kernel * self.inputs
        return self.kernel * self.inputs * self.outputs + self.biased * self.outputs

    @property
    def bytes(self):
        read = math.prod(self.in_space) * self.inputs
        made = math.prod(self.out_space) * self.outputs
        return FLOAT * (self.weights + read + made)


def kind_of(whole):
    if whole.op.startswith("dense"):
        return "dense"
    if whole.op == "maxpool2d":
        return "pool"
    if whole.op == "conv3d":
        return "convolution-3d"
    if whole.op == "depthwise2d":
        return "depthwise"
    if whole.kernel == 1:
        return "pointwise"
    return "first-convolution" if whole.inputs <= 4 else "convolution"


CUTS = {"none": "outputs", "channel": "outputs", "filter": "inputs", "spatial": "space"}


def measurement(row, whole):
    """A row as an entry of the profile; `whole` is the layer that it is a shard of."""
    shard = Layer(row)
    fraction = part(shard, whole)
    cut = "outputs" if shard.op == "depthwise2d" else CUTS[row["scheme"]]
    return {
        "model": row["model"].replace("_", "-"),
        "layer": our_name(row),
        "kind": kind_of(whole),
        "cut": cut if fraction < 1 else "outputs",
        "fraction": fraction,
        "flops": round(fraction * whole.flops),
        "bytes": shard.bytes,
        "seconds": float(row["seconds"]),
    }


def part(shard, whole):
    if shard.op == "depthwise2d":
        return shard.outputs / whole.outputs
    products = [
        math.prod(layer.out_space) * layer.inputs * layer.outputs for layer in (shard, whole)
    ]
    return products[0] / products[1]


def whole_separable(row):
    """The two halves of a separable convolution, which the authors time as one layer."""
    depthwise, pointwise = Layer(row), Layer(row)
    depthwise.op, depthwise.outputs = "depthwise2d", depthwise.inputs
    pointwise.op, pointwise.kernel, pointwise.in_space = "conv2d", 1, pointwise.out_space
    return depthwise, pointwise


def entry(model, layer, whole, seconds):
    return {
        "model": model,
        "layer": layer,
        "kind": kind_of(whole),
        "cut": "outputs",
        "fraction": 1.0,
        "flops": whole.flops,
        "bytes": whole.bytes,
        "seconds": seconds,
    }


def merge(measurements):
    """One for each layer, cut and fraction: the median of equal shards and of repeated runs."""
    groups = defaultdict(list)
    for one in measurements:
        key = (one["model"], one["layer"], one["kind"], one["cut"], one["fraction"])
        groups[key].append(one)
    return [
        {**group[0], "seconds": statistics.median(one["seconds"] for one in group)}
        for group in groups.values()
    ]


def fit(measurements):
    """As src/profile/fit.cpp: non-negative least squares of predicted / measured - 1."""
    seconds = numpy.array([one["seconds"] for one in measurements])
    columns = numpy.array([[1, one["flops"], one["bytes"]] for one in measurements])
    rows = columns / seconds[:, None]
    scale = numpy.linalg.norm(rows, axis=0)
    best, least = None, math.inf
    sets = [s for n in (1, 2, 3) for s in itertools.combinations((1, 2, 0), n)]
    for chosen in map(list, sets):
        solution = numpy.zeros(3)
        solution[chosen] = numpy.linalg.lstsq(
            (rows / scale)[:, chosen], numpy.ones(len(rows)), rcond=None
        )[0]
        error = numpy.mean(((rows / scale) @ solution - 1) ** 2)
        if min(solution) >= 0 and error < least - 1e-12:
            best, least = solution / scale, error
    errors = numpy.abs(columns @ best / seconds - 1)
    return dict(
        zip(
            ("fixed", "per_flop", "per_byte", "error"),
            [float(f"{x:.4g}") for x in (*best, numpy.median(errors))],
        )
    )


def predict(law, work):
    return law["fixed"] + work["flops"] * law["per_flop"] + work["bytes"] * law["per_byte"]


def fit_kinds(measurements):
    kinds = defaultdict(list)
    for one in measurements:
        kinds[one["kind"]].append(one)
    return {kind: fit(rows) for kind, rows in sorted(kinds.items())}


def paging_rates(rows, law):
    """Bytes a second that come back, from each row that pages: what is held beyond the memory, over
    the time beyond the law."""
    rates = []
    for row in rows:
        layer = Layer(row)
        held = layer.weights * FLOAT + CONVOLUTIONS_OF_VGG.get(row["model"], 0)
        work = {"flops": layer.flops, "bytes": layer.bytes}
        rates.append((held - memory()) / (float(row["seconds"]) - predict(law, work)))
    return rates


def memory():
    return (FITS + PAGES) // 2


def pages(row):
    return row["op"].startswith("dense") and Layer(row).weights * FLOAT > memory()


def read_rows():
    with open(HERE / "data/pi3_timings.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if is_taken(row)]


def measure(rows):
    """All measurements, and the laws that they follow."""
    wholes = {}
    for row in rows:
        if row["op"] == "sepconv2d":
            depthwise, pointwise = whole_separable(row)
            wholes["xception", our_name(row) + "/depthwise"] = depthwise
            wholes["xception", our_name(row)] = pointwise
        elif row["scheme"] == "none":
            wholes.setdefault((row["model"], our_name(row)), Layer(row))
    measurements = merge(
        measurement(row, wholes[row["model"], our_name(row)])
        for row in rows
        if row["op"] != "sepconv2d"
    )
    laws = fit_kinds(measurements)
    for row in rows:
        if row["op"] != "sepconv2d":
            continue
        name = our_name(row)
        halves = [
            entry("xception", layer, wholes["xception", layer], 0)
            for layer in (name + "/depthwise", name)
        ]
        times = [predict(laws[half["kind"]], half) for half in halves]
        for half, time in zip(halves, times):
            half["seconds"] = float(f"{float(row['seconds']) * time / sum(times):.4g}")
            measurements.append(half)
    return measurements, fit_kinds(measurements)


def profile():
    taken = read_rows()
    measurements, laws = measure([row for row in taken if not pages(row)])
    first_runs = [row for row in taken if pages(row) and "perfStat" not in row["source_path"]]
    dense = laws["dense"]
    per_weight = 2 * dense["per_flop"] + FLOAT * dense["per_byte"]
    laws["elementwise"] = {"per_byte": float(f"{per_weight / FLOAT:.4g}")}
    device = {
        "name": "Raspberry Pi 3",
        "memory": memory(),
        "cores": 4,
        "paging_rate": float(f"{statistics.median(paging_rates(first_runs, dense)):.3g}"),
        "laws": laws,
        "measurements": measurements,
    }
    return {
        "format": "shoal-profile",
        "version": 1,
        "name": "pi3-keras",
        "source": SOURCE,
        "devices": [device],
        "network": {"latency": LATENCY, "bytes_per_second": BYTES_PER_SECOND},
    }


def is_leaf(value):
    inner = value.values() if isinstance(value, dict) else value
    return not any(isinstance(one, (dict, list)) for one in inner)


def to_text(value, indent=""):
    """JSON with a line for each measurement."""
    if not isinstance(value, (dict, list)) or is_leaf(value):
        return json.dumps(value)
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)}: {to_text(one, deeper)}" for key, one in value.items()]
    else:
        lines = [to_text(one, deeper) for one in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return begin + "\n" + ",\n".join(deeper + line for line in lines) + "\n" + indent + end


def print_fit(document):
    device = document["devices"][0]
    print(f"{'kind':<18}  rows  median error  within 25 %      fixed     FLOP/s  bytes/s")
    for kind, law in device["laws"].items():
        rows = [one for one in device["measurements"] if one["kind"] == kind]
        if not rows:
            continue
        errors = [abs(predict(law, one) / one["seconds"] - 1) for one in rows]
        within = sum(error <= 0.25 for error in errors) / len(errors)
        flops, moved = (f"{1 / law[k]:.3g}" if law[k] else "-" for k in ("per_flop", "per_byte"))
        print(
            f"{kind:<18}  {len(rows):>4}  {law['error']:>12.1%}  {within:>11.0%}"
            f"  {law['fixed'] * 1e3:>6.1f} ms  {flops:>9}  {moved:>7}"
        )
    print(f"beyond {device['memory']} bytes {device['paging_rate']:.3g} bytes/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", help="file; the standard output without it")
    parser.add_argument("--fit", action="store_true", help="print how well the laws fit")
    options = parser.parse_args()
    document = profile()
    if options.fit:
        print_fit(document)
    elif options.output:
        Path(options.output).write_text(to_text(document) + "\n")
    else:
        print(to_text(document))


if __name__ == "__main__":
    sys.exit(main())
