"""Every network on 1 to 64 devices, for latency and for throughput, beside the bound."""

from ..plot import draw, write_csv
from ..result import Result, Table, claim
from ..worlds.world import INTERVAL, LATENCY

MODELS = ("alexnet", "vgg16", "resnet50", "xception", "c3d")


def run(context):
    context.world.require(2)
    models, counts = (("alexnet", "c3d"), (2, 8)) if context.quick else (MODELS, (2, 4, 8, 16, 32, 64))
    counts = context.world.possible(counts)
    memory = context.world.roomy_memory
    alone = {model: context.world.alone(model) for model in models}
    roomy = {model: context.world.alone(model, memory=memory) for model in models} if memory else alone
    found = {}
    for i, (model, devices) in enumerate((m, d) for m in models for d in counts):
        context.progress(i, len(models) * len(counts), f"{model} on {devices}")
        found[model, devices] = (
            context.world.planned(model, devices, "latency", LATENCY, frames=8),
            context.world.planned(model, devices, "throughput", INTERVAL, frames=max(60, 10 * devices)))
    write_csv(context.folder / "scaling.csv",
              ["model", "devices", "latency_s", "interval_s", "bound_s", "alone_s", "alone_roomy_s"],
              [(m, d, one[0][0].latency, one[1][0].interval, one[1][1], alone[m].latency,
                roomy[m].latency) for (m, d), one in found.items()])
    result = Result("scaling", "From one device to many")
    result.text.append(
        "The planner's plans. Baseline: the whole network on one device, which swaps where it does not "
        f"fit (VGG16){f', and on an imagined one with more memory ({memory})' if memory else ''}. Bound: "
        "all the work shared by all devices with nothing moved, over the latter.")
    speedups = {
        "latency": {case: roomy[case[0]].latency / one[0][0].latency for case, one in found.items()},
        "throughput": {case: roomy[case[0]].interval / one[1][0].interval for case, one in found.items()}}
    for what, by_case in speedups.items():
        curves = [(model, [(1, 1), *((d, by_case[model, d]) for d in counts)]) for model in models]
        curves.append(("bound", [(1, 1), *((d, d) for d in counts)]))
        result.figures.append(draw(context, what, f"Speedup over one device with enough memory: {what}",
                                   "devices", f"speedup, {what}", curves, log_x=2))
    result.tables.append(Table(
        "Seconds: latency of a frame alone | between answers", ["network", "1", *map(str, counts)],
        [(m, f"{alone[m].latency:.3g}", *(f"{found[m, d][0][0].latency:.3g} | "
                                          f"{found[m, d][1][0].interval:.3g}" for d in counts))
         for m in models]))
    for model, least in (("vgg16", 6), ("c3d", 6)):
        if (model, 8) in found:
            result.claims += eight(model, least, alone, roomy, found[model, 8])
    top = max(counts)
    worst = min(speedups["throughput"][m, top] for m in models)
    result.headline = (f"{worst:.1f} times the throughput of one device on {top}, for the network that "
                       "gains least")
    return result


def eight(model, least, alone, roomy, found):
    (soonest, _), (quickest, _) = found
    swapping, imagined = alone[model].latency / soonest.latency, roomy[model].latency / soonest.latency
    throughput = alone[model].interval / quickest.interval
    return [claim(f"{model} on 8 devices: latency over one device", f"at least {least} (our aim)",
                  f"{swapping:.2f}", swapping >= least),
            claim(f"{model} on 8 devices: latency over an imagined one with enough memory",
                  "at least 5 (our aim)", f"{imagined:.2f}", imagined >= 5),
            claim(f"{model} on 8 devices: throughput over one device", "at least 7 (our aim)",
                  f"{throughput:.2f}", throughput >= 7)]
