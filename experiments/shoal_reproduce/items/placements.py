"""AlexNet and VGG16: the authors' placements, and the planner's on as many devices (findings 4, 5)."""

from dataclasses import dataclass

from ..plot import draw, write_csv
from ..result import Result, Table, claim
from ..worlds.world import INTERVAL


@dataclass
class Placement:
    preset: str
    devices: int  # that compute; the sender besides is a laptop
    nodes: int  # with the sender, which the planner may use too
    what: str
    measured: tuple = ()  # seconds between answers, by the authors over 802.11n


ALEXNET = (
    Placement("paper-alexnet-4", 4, 4, "convolutions; fc1 over two; fc2 and fc3"),
    Placement("paper-alexnet-5", 4, 5, "the same and a sender", (0.175, 0.197)),
    Placement("paper-alexnet-6", 5, 6, "two replicas of the convolutions; the rest the same"))
VGG16 = (
    Placement("paper-vgg16-8", 8, 8, "block1; blocks 2 to 4 by three replicas; block5; fc1 over two; rest"),
    Placement("paper-vgg16-9", 8, 9, "the same and a sender", (1.16, 1.36)),
    Placement("paper-vgg16-9-sequence", 8, 9, "a device for each block; fc1 over two; rest"),
    Placement("paper-vgg16-11", 10, 11, "seven replicas of all convolutions; fc1 over two; rest",
              (0.34, 0.53)))
SOURCE = "the authors' ReQuEST 2018 artifact, over WiFi"


def alexnet(context):
    return compare(context, "alexnet", "AlexNet", ALEXNET, "paper-alexnet-5", (0.519, 0.532))


def vgg16(context):
    result = compare(context, "vgg16", "VGG16", VGG16, "paper-vgg16-9", (9.7, 10.4))
    result.text.append(
        "The authors' 0.34 to 0.53 s with 11 nodes are optimistic: by their own times of single layers "
        "the convolutions of one frame take 7.7 s, so that seven replicas cannot answer more often than "
        "every 1.1 s once the first burst is over.")
    return result


def compare(context, model, name, placements, headline, alone_measured):
    context.world.require(next(one.nodes for one in placements if one.preset == headline))
    placements = [one for one in placements if context.world.possible([one.nodes])]
    alone = context.world.alone(model)
    rows = []
    for i, one in enumerate(placements):
        context.progress(i, len(placements), one.preset)
        theirs = context.world.preset(one.preset, 60 if context.quick else 120)
        ours, bound = context.world.planned(model, one.nodes, "throughput", INTERVAL,
                                            60 if context.quick else 120)
        rows.append((one, theirs, ours, bound))
    write_csv(context.folder / f"{model}.csv",
              ["placement", "nodes", "interval_s", "planned_interval_s", "bound_s", "latency_s"],
              [(one.preset, one.nodes, theirs.interval, ours.interval, bound, theirs.latency)
               for one, theirs, ours, bound in rows])
    result = Result(model, f"{name}: the authors' placements and ours")
    result.text.append(
        f"Baseline: one device, {alone.interval:.3g} s for a frame here, {alone_measured[0]} to "
        f"{alone_measured[1]} s by the authors. The authors' intervals are of short bursts over WiFi; "
        "here the line is their wired one of 94.1 Mbit/s, so the differences between the columns are the "
        "network, the way the frames are sent, and that their layers are timed one by one.")
    result.tables.append(table_of(rows, alone))
    result.figures.append(draw(
        context, "throughput", f"{name}: frames per second by the number of nodes",
        "nodes, with the one that sends", "frames per second",
        [("the authors' placements", sorted((o.nodes, 1 / t.interval) for o, t, _, _ in rows)),
         ("the planner", sorted((o.nodes, 1 / p.interval) for o, _, p, _ in rows)),
         ("bound: all work shared", sorted((o.nodes, 1 / b) for o, _, _, b in rows)),
         ("measured by the authors", sorted((o.nodes, 2 / sum(o.measured)) for o, _, _, _ in rows
                                            if o.measured))],
        marks=[("one device", 1 / alone.interval)]))
    claims(result, rows, headline, alone, alone_measured)
    return result


def table_of(rows, alone):
    return Table("Seconds between answers, and the speedup over one device here",
                 ["placement", "nodes", "here", "speedup", f"measured ({SOURCE})", "planner", "speedup",
                  "bound"],
                 [(one.what, one.nodes, f"{theirs.interval:.3g}", f"{alone.interval / theirs.interval:.2f}",
                   "–" if not one.measured else f"{one.measured[0]} to {one.measured[1]}",
                   f"{ours.interval:.3g}", f"{alone.interval / ours.interval:.2f}", f"{bound:.3g}")
                  for one, theirs, ours, bound in rows])


def claims(result, rows, headline, alone, alone_measured):
    by_preset = {one.preset: (one, theirs, ours) for one, theirs, ours, _ in rows}
    one, theirs, ours = by_preset[headline]
    measured = sum(alone_measured) / sum(one.measured)
    fewest, most = rows[0][1].interval, rows[-1][1].interval
    result.claims = [
        claim("throughput grows as devices are added", "grows (the paper)",
              f"{1 / fewest:.3g} frames/s on {rows[0][0].nodes} nodes, {1 / most:.3g} on "
              f"{rows[-1][0].nodes}", most < fewest),
        claim(f"{one.nodes} nodes by the authors' placement are faster than one device",
              f"{measured:.2g} times ({SOURCE})",
              f"{alone.interval / theirs.interval:.2f} times", alone.interval > theirs.interval),
        claim("the planner does at least 1.5 times as much on as many nodes", "1.5 (our aim)",
              f"{theirs.interval / ours.interval:.2f} times", theirs.interval >= 1.5 * ours.interval)]
    result.headline = (f"{theirs.interval / ours.interval:.2f} times the throughput of the authors' "
                       f"placement on {one.nodes} nodes ({1 / ours.interval:.3g} in place of "
                       f"{1 / theirs.interval:.3g} frames/s)")
