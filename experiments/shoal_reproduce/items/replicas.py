"""ResNet50 and Xception: no layer is slow, replicas raise the throughput (the sixth finding)."""

from ..plot import draw, write_csv
from ..result import Result, claim

MODELS = ("resnet50", "xception")


def run(context):
    context.world.require(2)
    counts = context.world.possible((1, 2, 4) if context.quick else (1, 2, 4, 8))
    rows = {}
    for i, (model, devices) in enumerate((m, d) for m in MODELS for d in counts):
        context.progress(i, len(MODELS) * len(counts), f"{model} on {devices}")
        rows[model, devices] = context.world.planned(model, devices, "throughput", frames=12 * devices)[0]
    write_csv(context.folder / "replicas.csv", ["model", "devices", "interval_s", "latency_s"],
              [(*case, one.interval, one.latency) for case, one in rows.items()])
    result = Result("resnet50-xception", "ResNet50 and Xception by replicas")
    result.text.append("The planner's plans for throughput, which for these networks are replicas of the "
                       "whole. Baseline: one device, which holds the network without swapping.")
    result.figures.append(draw(
        context, "throughput", "Frames per second by the number of devices", "devices",
        "frames per second", [(model, [(d, 1 / rows[model, d].interval) for d in counts])
                              for model in MODELS]))
    gains = {model: rows[model, 1].interval / rows[model, counts[-1]].interval for model in MODELS}
    slower = {model: rows[model, counts[-1]].latency / rows[model, 1].latency for model in MODELS}
    result.claims = [
        claim(f"{model}: replicas raise the throughput, the latency stays", "data parallelism (the paper)",
              f"{gains[model]:.2f} times the frames on {counts[-1]} devices, a frame alone takes "
              f"{slower[model]:.2f} times as long",
              gains[model] > 0.9 * counts[-1] and slower[model] < 1.1) for model in MODELS]
    result.headline = (f"{min(gains.values()):.2f} times the throughput of one device on {counts[-1]}, "
                       "for the one that gains less")
    return result
