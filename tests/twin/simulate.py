#!/usr/bin/env python3
"""shoal simulate on three devices: the same bytes twice, every frame once and in its order, times
that add up to what the profile predicts, and what a user can get wrong."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FRAMES = 12

LAW = {"fixed": 0.001, "per_flop": 1e-9}
KINDS = ["convolution", "first-convolution", "pointwise", "convolution-3d", "depthwise", "dense",
         "pool", "elementwise"]


def profile(devices):
    return {
        "format": "shoal-profile", "version": 1, "name": "test",
        "devices": [{"name": f"d{i}", "memory": 10**9, "paging_rate": 1e7,
                     "laws": {kind: LAW for kind in KINDS}} for i in range(devices)],
        "network": {"latency": 0.0001, "bytes_per_second": 1e7},
    }


class Cases:
    def __init__(self, shoal, folder):
        self.shoal, self.folder = shoal, folder
        self.write("three.json", profile(3))
        self.call("plan", "write", "--model", "alexnet", "--split",
                  "conv=spatial:3,fc1=output:3,fc2=rank:1", "-n", "3", "-o", self.path("plan.json"))

    def path(self, name):
        return str(self.folder / name)

    def write(self, name, document):
        (self.folder / name).write_text(json.dumps(document))
        return self.path(name)

    def call(self, *words, shoal=None):
        return subprocess.run([shoal or self.shoal, *words], capture_output=True, text=True)

    def simulate(self, *words, profile="three.json", plan=True):
        given = ["--plan", self.path("plan.json")] if plan else []
        if not {"--frames", "--save-platform"}.intersection(words):
            given += ["--frames", str(FRAMES)]
        return self.call("simulate", *given, "--profile", self.path(profile), *words)

    def keeps_its_bytes(self):
        outcomes = []
        for run in ("a", "b"):
            files = [self.path(f"{run}.{kind}") for kind in ("metrics", "trace")]
            done = self.simulate("--metrics", files[0], "--trace", files[1])
            if done.returncode != 0:
                sys.exit(done.stderr)
            outcomes.append([done.stdout, *(pathlib.Path(one).read_bytes() for one in files)])
        if outcomes[0] != outcomes[1]:
            sys.exit("the same simulation twice gave different bytes")
        if "4 in flight" not in outcomes[0][0] and "2 in flight" not in outcomes[0][0]:
            sys.exit(f"the headline is {outcomes[0][0]}")

    def reports(self):
        lines = pathlib.Path(self.path("a.metrics")).read_text().splitlines()
        return [json.loads(line) for line in lines]

    def has_every_frame_once_in_order(self):
        for rank in range(3):
            own = [one for one in self.reports() if one["rank"] == rank]
            if [one["frame"] for one in own] != list(range(FRAMES)):
                sys.exit(f"rank {rank} reports the frames {[one['frame'] for one in own]}")
            ends = [one["ended"] for one in own]
            if ends != sorted(ends):
                sys.exit(f"rank {rank} ends its frames at {ends}")

    def computes_for_as_long_as_predicted(self):
        explained = self.call("plan", "explain", self.path("plan.json"), "--profile",
                              self.path("three.json")).stdout
        rows = re.findall(r"^ +(\d) +d\d .* ([\d.]+) s +\d+ % +\d+ %$", explained, re.MULTILINE)
        if len(rows) != 3:
            sys.exit(f"no rows of ranks in\n{explained}")
        for rank, seconds in rows:
            for one in self.reports():
                if one["rank"] == int(rank) and abs(one["computing"] / float(seconds) - 1) > 1e-3:
                    sys.exit(f"rank {rank} computes for {one['computing']}, predicted {seconds}")

    def takes_a_frame_of_one_device_as_predicted(self):
        done = self.call("simulate", "--model", "alexnet", "--devices", "1", "--frames", "6",
                         "--profile", self.path("three.json"))
        every = re.findall(r"one every ([\d.]+) s", done.stdout)
        alone = re.findall(r"a frame alone ([\d.]+) s", done.stdout)
        if len(every) != 2 or every[0] != every[1] or alone[0] != alone[1]:
            sys.exit(f"one device: {done.stdout}{done.stderr}")

    def brings_segments_one_after_the_other(self):
        """A chain that passes 262 kB on in segments takes hardly longer with four devices more; by
        segments side by side each device would take as long as the line is busy, 26 ms."""
        self.write("any.json", profile(1))
        alone = []
        for devices in (2, 6):
            done = self.call("simulate", "--model", "fc:65536:6", "--split", f"fc=output:{devices}",
                             "--devices", str(devices), "--profile", self.path("any.json"),
                             "--frames", "6", "--format", "json")
            alone.append(json.loads(done.stdout)["alone"])
        if not 0.026 < alone[0] < alone[1] < alone[0] + 0.026:
            sys.exit(f"two and six devices take {alone} s for a broadcast")

    def takes_as_long_as_what_travels(self):
        """The 262 kB to one other device: 26 ms, 13 ms as float16, 7 ms as int8."""
        self.write("any.json", profile(1))
        alone = []
        for wire in ("float32", "float16", "int8"):
            done = self.call("simulate", "--model", "fc:65536:6", "--split", "fc=rank:1",
                             "--devices", "2", "--profile", self.path("any.json"),
                             "--frames", "6", "--format", "json", "--wire", wire)
            alone.append(json.loads(done.stdout)["alone"])
        saved = [alone[0] - other for other in alone[1:]]
        expected = [65536 * (4 - size) / 1e7 for size in (2, 68 / 64)]
        if any(abs(one / right - 1) > 0.05 for one, right in zip(saved, expected, strict=True)):
            sys.exit(f"as float16 and int8 {saved} s are saved, not {expected}")

    def pages(self):
        small = profile(3)
        for device in small["devices"]:
            device["memory"] = 10**7
        self.write("small.json", small)
        done = self.simulate(profile="small.json")
        latencies = re.findall(r"a frame alone ([\d.]+) s", done.stdout)
        usual = re.findall(r"a frame alone ([\d.]+) s", self.simulate().stdout)
        if not float(latencies[0]) > 2 * float(usual[0]):
            sys.exit(f"with little memory {latencies}, with enough {usual}")

    def goes_on_by_a_platform_of_ones_own(self):
        platform = self.path("platform.xml")
        if self.simulate("--save-platform", platform).returncode != 0:
            sys.exit("no platform")
        by_profile = self.simulate().stdout
        if self.simulate("--platform", platform).stdout != by_profile:
            sys.exit("the saved platform is another one than the profile's")
        text = pathlib.Path(platform).read_text()
        slow = self.path("slow.xml")
        pathlib.Path(slow).write_text(text.replace("10000000Bps", "1000000Bps"))
        if self.simulate("--platform", slow).stdout == by_profile:
            sys.exit("slower lines change nothing")

    def says_what_is_wrong(self):
        without_swap = profile(3)
        for device in without_swap["devices"]:
            device["memory"] = 10**6
            del device["paging_rate"]
        without_network = profile(3)
        del without_network["network"]
        for name, document in (("two", profile(2)), ("swapless", without_swap),
                               ("unjoined", without_network)):
            self.write(f"{name}.json", document)
        self.simulate("--save-platform", self.path("three.xml"))
        text = pathlib.Path(self.path("three.xml")).read_text()
        few = re.sub(r'.*"d2.*\n', "", text)
        pathlib.Path(self.path("few.xml")).write_text(few)
        pathlib.Path(self.path("broken.xml")).write_text("<platform")
        for expected, done in (
            ("has 2 devices, not 3", self.simulate(profile="two.json")),
            ("no swap", self.simulate(profile="swapless.json")),
            ("has no network", self.simulate(profile="unjoined.json")),
            ("cannot be read", self.simulate(profile="missing.json")),
            ("--profile is missing", self.call("simulate", "--plan", self.path("plan.json"))),
            ("--model is missing", self.simulate(plan=False)),
            ("not both", self.simulate("--preset", "paper-alexnet-4")),
            ("cannot be read", self.simulate("--platform", self.path("missing.xml"))),
            ("has 2 hosts, the plan is for 3", self.simulate("--platform", self.path("few.xml"))),
            ("broken.xml", self.simulate("--platform", self.path("broken.xml"))),
            ("no/such", self.simulate("--simgrid", "no/such:1")),
            ("--frames", self.simulate("--frames", "0")),
        ):
            lines = done.stderr.splitlines()
            if done.returncode == 0 or len(lines) != 1 or expected not in done.stderr:
                sys.exit(f"expected one line with '{expected}', got {done.returncode}: {done.stderr}")

    def says_what_to_install_without_simgrid(self):
        lonely = shutil.copy(self.shoal, self.folder)
        done = self.call("simulate", "--preset", "paper-alexnet-4", "--profile",
                         self.path("three.json"), shoal=lonely)
        if done.returncode == 0 or "libsimgrid-dev" not in done.stderr:
            sys.exit(f"without the twin: {done.stderr}")

    def leaves_nothing_behind(self):
        allowed = {"a.metrics", "a.trace", "b.metrics", "b.trace"}
        stray = [one.name for one in self.folder.iterdir()
                 if one.suffix not in (".json", ".xml", "") and one.name not in allowed]
        if stray:
            sys.exit(f"left behind: {stray}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shoal", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = Cases(arguments.shoal, pathlib.Path(folder))
        for case in ("keeps_its_bytes", "has_every_frame_once_in_order",
                     "computes_for_as_long_as_predicted",
                     "takes_a_frame_of_one_device_as_predicted",
                     "brings_segments_one_after_the_other", "takes_as_long_as_what_travels",
                     "pages",
                     "goes_on_by_a_platform_of_ones_own", "says_what_is_wrong",
                     "says_what_to_install_without_simgrid", "leaves_nothing_behind"):
            getattr(cases, case)()
            print(case.replace("_", " "), flush=True)


if __name__ == "__main__":
    main()
