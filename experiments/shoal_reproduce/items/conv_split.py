"""Convolutions over three devices: which scheme gains on which layer (the paper's second finding)."""

from ..plot import draw, write_csv
from ..result import Result, claim
from ..worlds.world import LATENCY

KERNELS = (3, 5, 7, 9, 11)
CHANNELS = (32, 64, 128, 256, 512)
FILTERS = (128, 512)
SCHEMES = {"channel": "conv=channel:3", "spatial": "conv=spatial:3", "filter": "conv=filter:3",
           "spatial, streamed": "conv=spatial:3@8"}


def run(context):
    context.world.require(3)
    kernels, channels = ((3, 11), (32, 512)) if context.quick else (KERNELS, CHANNELS)
    cases = [(f, c, k) for f in FILTERS for c in channels for k in kernels]
    found = {}
    for i, (filters, inputs, kernel) in enumerate(cases):
        context.progress(i, len(cases), f"{kernel}x{kernel}, {inputs} to {filters}")
        model = f"conv:128x128x{inputs}:{filters}:{kernel}"
        alone = context.world.alone(model, LATENCY).latency
        for scheme, split in SCHEMES.items():
            latency = context.world.split(model, split, 3, LATENCY, frames=8).latency
            found[filters, inputs, kernel, scheme] = alone / latency
    write_csv(context.folder / "conv-split.csv", ["filters", "channels", "kernel", "scheme", "speedup"],
              [(*case, speedup) for case, speedup in found.items()])
    return tell(context, found, kernels, channels)


def tell(context, found, kernels, channels):
    result = Result("conv-split", "Convolutions over three devices")
    result.text.append(
        "A same-padded layer on 128×128 pixels, one inference, the input coming from one device and the "
        "output wanted there. Baseline: the same layer on one device. Streamed: the same spatial split "
        "with chunks of rows that are sent while others are computed.")
    for filters in FILTERS:
        curves = [(f"{inputs} channels, {scheme}",
                   [(k, found[filters, inputs, k, scheme]) for k in kernels])
                  for inputs in (channels[0], channels[-1]) for scheme in ("channel", "spatial", "filter")]
        result.figures.append(draw(
            context, f"speedup-{filters}", f"Speedup on three devices, {filters} filters",
            "kernel, in pixels each way", "speedup over one device", curves,
            marks=[("three devices' computing", 3)]))
    least = {"filters": FILTERS[0], "channels": channels[0], "kernel": kernels[0]}
    small = best(found, *least.values())
    large = best(found, FILTERS[-1], channels[-1], kernels[-1])
    result.claims = [
        claim("small inputs, filters and kernels gain nothing", "nothing (the paper)",
              f"{small:.2f} at best with {least['channels']} channels, {least['filters']} filters, 3×3",
              small < 1.1),
        claim("large ones gain", "more than 2 of 3 (the paper's plots)",
              f"{large:.2f} with {channels[-1]} channels, {FILTERS[-1]} filters, "
              f"{kernels[-1]}×{kernels[-1]}", large > 2),
        lead(found, kernels, channels)]
    top = max(found, key=found.get)
    result.headline = (f"{found[top]:.2f} times as fast on three devices at best ({top[3]}; "
                       f"{top[1]} channels, {top[0]} filters, {top[2]}×{top[2]})")
    return result


def best(found, filters, channels, kernel):
    return max(found[filters, channels, kernel, scheme] for scheme in ("channel", "spatial", "filter"))


def lead(found, kernels, channels):
    """Of spatial over the better of the other two, for the smallest and the largest kernel."""
    def ahead(kernel):
        ratios = [found[f, c, kernel, "spatial"] / max(found[f, c, kernel, s] for s in ("channel", "filter"))
                  for f in FILTERS for c in channels]
        return sum(ratios) / len(ratios)
    return claim("spatial splitting leads where the kernel is small and loses the lead as it grows",
                 "shrinks with the kernel (the paper): more overlap",
                 f"{ahead(kernels[0]):.2f} times the better of the others at {kernels[0]}×{kernels[0]}, "
                 f"{ahead(kernels[-1]):.2f} times at {kernels[-1]}×{kernels[-1]}, on average",
                 ahead(kernels[0]) > 1 and ahead(kernels[-1]) < ahead(kernels[0]))
