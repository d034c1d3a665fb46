"""What an item may ask of the devices that it runs on."""

import json
import re
import subprocess
from dataclasses import dataclass, field

from ..failure import Failure, NotMeasured

LATENCY, INTERVAL = "latency", "interval"
BOTH = (LATENCY, INTERVAL)


@dataclass
class Outcome:
    """Of a plan, in seconds, as far as it was asked for."""

    latency: float = None  # of a frame that meets no other
    interval: float = None  # between two answers in the steady state: no filling, no draining
    page_ins: list = field(default_factory=list)  # a text for each device of which it is known


class World:
    """Subclasses say how the devices are known, and how a plan is timed on them."""

    name = None
    most_devices = None  # None: any number
    introduction = None  # for the report: what the devices are
    roomy_memory = None  # of a device that holds every network; None: its own, or it cannot be had
    is_simulated = False

    def __init__(self, options):
        self.shoal, self.quick = options.shoal.resolve(), options.quick
        self.log = None
        self.folder = None  # of the item that runs, for plans
        if not self.shoal.is_file():
            raise Failure(f"{self.shoal} is not there; build it first: make -f Makefile.cluster build")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """The devices are no longer needed."""

    def identity(self):
        """Bytes that change when results would."""
        return self.shoal.read_bytes()

    def profile(self, model):
        """The file that tells what the devices can do, for the planner."""
        raise NotImplementedError

    def time(self, plan, want, frames, memory=None):
        """The Outcome of the plan's file.
        @param want what is asked for, LATENCY, INTERVAL or BOTH; more may be told
        @param frames of a simulated run; others know how many they need
        @param memory of each device, in place of its own"""
        raise NotImplementedError

    def swapping(self):
        """A clause for the report: beyond what a device swaps."""
        raise NotImplementedError

    # What items ask for.

    def possible(self, counts):
        """Those numbers of devices that there can be."""
        return tuple(count for count in counts if not self.most_devices or count <= self.most_devices)

    def split(self, model, split, devices, want=BOTH, frames=40, memory=None):
        self.require(devices)
        plan = self.plan_path(model, split)
        self.call("plan", "write", "--model", model, "--split", split, "-n", devices, "-o", plan)
        return self.time(plan, want, frames, memory)

    def alone(self, model, want=BOTH, memory=None):
        """The whole model on one device."""
        return self.split(model, "all=rank:0", 1, want, frames=8, memory=memory)

    def preset(self, name, frames=120):
        plan = self.plan_path(name)
        self.call("plan", "--preset", name, "-o", plan)
        self.require(json.loads(plan.read_text())["ranks"])
        return self.time(plan, BOTH, frames)

    def planned(self, model, devices, objective, want=BOTH, frames=120):
        """The planner's best plan; also its bound, all the work shared and nothing moved."""
        self.require(devices)
        plan = self.plan_path(model, devices, objective)
        told = self.call("plan", "--model", model, "--profile", self.profile(model), "--devices",
                         devices, "--objective", objective, "--explain", "-o", plan)
        return (self.time(plan, want, frames),
                float(re.search(r"bound: ([0-9.e+-]+) s", told)[1]))

    # For subclasses.

    def require(self, devices):
        if self.most_devices and devices > self.most_devices:
            raise NotMeasured(f"needs {devices} devices, there are {self.most_devices}")

    def plan_path(self, *words):
        folder = self.folder / "plans"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{file_name(*words)}.json"

    def call(self, *words):
        return self.command(self.shoal, *words).stdout

    def command(self, *words):
        command = [str(word) for word in words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            raise Failure(f"{command[0]}: {error.strerror}") from error
        if self.log is not None:
            print("$", *command, f"\n{done.stdout}{done.stderr}", file=self.log, flush=True)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise Failure(f"{' '.join(command)}: {said[-1] if said else done.returncode}")
        return done


def file_name(*words):
    return re.sub(r"[^\w.=@,-]", "_", "-".join(map(str, words)))
