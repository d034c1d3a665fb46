"""C3D: its second convolution over three devices (the seventh finding)."""

from ..plot import draw, write_csv
from ..result import Result, Table, claim

LAYER = "conv3d:16x56x56x64:128"
PAPER = 2.59
PROFILE = "; the profile's law for 3D convolutions is fitted to all eight"
SPLITS = {"channel": "conv=channel:{}", "filter": "conv=filter:{}", "spatial": "conv=spatial:{}",
          "spatial in 8 chunks": "conv=spatial:{}@8", "spatial in 16 chunks": "conv=spatial:{}@16"}
STREAMED = tuple(name for name, split in SPLITS.items() if "@" in split)


def run(context):
    context.world.require(3)
    counts = context.world.possible((3,) if context.quick else (2, 3, 4, 6))
    alone = context.world.alone(LAYER)
    found = {}
    for i, (scheme, devices) in enumerate((s, d) for s in SPLITS for d in counts):
        context.progress(i, len(SPLITS) * len(counts), f"{scheme} over {devices}")
        found[scheme, devices] = context.world.split(LAYER, SPLITS[scheme].format(devices), devices)
    write_csv(context.folder / "c3d.csv", ["scheme", "devices", "interval_s", "latency_s"],
              [("none", 1, alone.interval, alone.latency),
               *((*case, one.interval, one.latency) for case, one in found.items())])
    result = Result("c3d", "C3D: conv3D_2 over three devices")
    result.text.append(
        "The layer by itself: 16×56×56×64 to 128 channels, 22 GFLOP. The input is on one of the devices "
        "and the output is wanted there. Baseline: the same device alone, "
        f"{alone.latency:.3g} s here (7.04 s in the one run that the authors published"
        f"{PROFILE if context.world.is_simulated else ''}). Moved as wholes, scattering the input "
        "and gathering the output come before and after the computing; streamed in chunks they hide "
        "behind it.")
    for what, name in (("latency", "single frame"), ("interval", "throughput")):
        base = getattr(alone, what)
        result.figures.append(draw(
            context, what, f"Speedup over one device, {name}", "devices", f"speedup, {name}",
            [(scheme, [(1, 1), *((d, base / getattr(found[scheme, d], what)) for d in counts)])
             for scheme in SPLITS], marks=[("the paper, three devices: up to 2.59", PAPER)]))
    result.tables.append(Table(
        "Speedups over one device: throughput and, of a single frame, latency",
        ["scheme", *(f"{d} devices" for d in counts)],
        [(scheme, *(f"{alone.interval / found[scheme, d].interval:.2f} and "
                    f"{alone.latency / found[scheme, d].latency:.2f}" for d in counts))
         for scheme in SPLITS]))
    throughput = max(alone.interval / found[scheme, 3].interval for scheme in STREAMED)
    latency = max(alone.latency / found[scheme, 3].latency for scheme in STREAMED)
    result.claims = [
        claim("three devices gain up to 2.59 times", "2.59 (the paper)",
              f"{throughput:.2f} in throughput, {latency:.2f} for a single frame, streamed",
              throughput >= PAPER),
        claim("throughput on three devices", "at least 2.8 (our aim)", f"{throughput:.2f}",
              throughput >= 2.8),
        claim("latency of a single frame on three devices", "at least 2.3 (our aim)", f"{latency:.2f}",
              latency >= 2.3)]
    result.headline = f"{throughput:.2f} times the throughput of one device on three (conv3D_2)"
    return result
