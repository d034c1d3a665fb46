"""Runs plans on simulated devices by shoal simulate."""

import json
import pathlib
import re
import subprocess
import tempfile
from dataclasses import dataclass

from .failure import Failure


@dataclass
class Outcome:
    """Of one simulated run, in seconds. `interval` is between two answers in the steady state, the
    filling of the pipeline left out; `latency` that of a frame that meets no other."""

    interval: float
    latency: float


class Twin:
    def __init__(self, shoal, profile):
        self.shoal, self.profile = shoal, profile
        self.log = None
        if not shoal.is_file():
            raise Failure(f"{shoal} is not there; build it first: make -f Makefile.cluster build")
        if not profile.is_file():
            raise Failure(f"{profile} is not there")

    def call(self, *words):
        command = [str(self.shoal), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if self.log is not None:
            print("$", *command, f"\n{done.stdout}{done.stderr}", file=self.log, flush=True)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout

    def simulate(self, *words, frames=40, memory=None):
        limit = [] if memory is None else ["--memory", memory]
        told = json.loads(self.call("simulate", *words, *limit, "--profile", self.profile, "--frames",
                                    frames, "--format", "json"))
        return Outcome(told["interval"], told["alone"])

    def split(self, model, split, devices, **more):
        return self.simulate("--model", model, "--split", split, "--devices", devices, **more)

    def alone(self, model, **more):
        """The whole model on one device."""
        return self.split(model, "all=rank:0", 1, frames=8, **more)

    def preset(self, name, frames=120):
        return self.simulate("--preset", name, frames=frames)

    def planned(self, model, devices, objective, frames=120, memory=None):
        """The planner's best plan; also its bound, all the work shared and nothing moved."""
        limit = [] if memory is None else ["--memory", memory]
        with tempfile.TemporaryDirectory() as folder:
            plan = pathlib.Path(folder) / "plan.json"
            told = self.call("plan", "--model", model, "--profile", self.profile, "--devices", devices,
                             "--objective", objective, "--explain", "-o", plan, *limit)
            bound = float(re.search(r"bound: ([0-9.e+-]+) s", told)[1])
            return self.simulate("--plan", plan, frames=frames, memory=memory), bound
