#!/usr/bin/python3
"""How well the twin tells what devices do: the same plans on the testbed and on the twin, by the
profile that was measured on the testbed.

For every network and number of devices: a profile, a plan for latency and one for throughput, each
timed in both worlds. Needs root (experiments/testbed). Devices are slowed, so that those that share
a core do not notice each other and a frame is long beside what it takes to wake a rank up. The last
line is the headline: the largest deviation in per cent."""

import argparse
import csv
import itertools
import pathlib
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "experiments"))

from shoal_reproduce.failure import Failure  # noqa: E402
from shoal_reproduce.worlds import Testbed, Twin  # noqa: E402
from shoal_reproduce.worlds.world import INTERVAL, LATENCY  # noqa: E402

# How many times as long as it would each device takes to compute: half a second or more for a frame on
# a core of a server.
SLOWNESS = {"alexnet": 96, "resnet50": 12, "vgg16": 12, "xception": 12, "c3d": 12}
FRAMES = 100  # of the twin


def options_of(options, **more):
    return argparse.Namespace(**{**vars(options), **more})


def compare(options, network, testbed):
    """(objective of the plan, what is timed, seconds on the testbed, on the twin) …"""
    twin = Twin(options_of(options, profile=testbed.profile(network)))
    twin.log = testbed.log
    for objective in (LATENCY, "throughput"):
        real, _ = testbed.planned(network, testbed.most_devices, objective)
        plan = testbed.plan_path(network, testbed.most_devices, objective)
        simulated = twin.time(plan, (LATENCY, INTERVAL), FRAMES)
        yield objective, "latency", real.latency, simulated.latency
        yield objective, "interval", real.interval, simulated.interval


def rows_of(options, log):
    for devices, network in itertools.product(options.devices, options.network):
        folder = (options.output / f"{network}-{devices}").resolve()
        with Testbed(options_of(options, devices=devices, output=folder, device_memory="all",
                                swap_rate=None, exact=False,
                                slow=options.slow or SLOWNESS[network])) as testbed:
            testbed.folder, testbed.log = folder, log
            for objective, what, real, simulated in compare(options, network, testbed):
                yield network, devices, objective, what, real, simulated, simulated / real


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", type=pathlib.Path, default=ROOT / "build/src/shoal")
    parser.add_argument("--network", nargs="+", choices=SLOWNESS,
                        default=["alexnet", "resnet50", "vgg16"])
    parser.add_argument("--devices", nargs="+", type=int, default=[3, 6])
    parser.add_argument("--slow", type=float, metavar="FACTOR",
                        help="how many times as long as it would each device takes to compute "
                        f"({', '.join(f'{name} {factor}' for name, factor in SLOWNESS.items())})")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("worlds"))
    parser.add_argument("--quick", action="store_true", help="AlexNet on three devices, about a minute")
    options = parser.parse_args()
    if options.quick:
        options.network, options.devices = ["alexnet"], [3]
    return options


def main():
    options, rows = parse_arguments(), []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    options.output.mkdir(parents=True, exist_ok=True)
    try:
        with open(options.output / "log", "w", encoding="utf-8") as log:
            for row in rows_of(options, log):
                rows.append(row)
                print("{:9} {} devices, for {:10} {:8} testbed {:7.4f} s, twin {:7.4f} s, "
                      "ratio {:.3f}".format(*row), flush=True)
    except Failure as failure:
        sys.exit(f"worlds: {failure}")
    with open(options.output / "worlds.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["network", "devices", "objective", "figure", "testbed_s", "twin_s", "ratio"])
        writer.writerows(rows)
    print(f"{100 * max(abs(row[-1] - 1) for row in rows):.1f} % at most between twin and testbed")


if __name__ == "__main__":
    main()
