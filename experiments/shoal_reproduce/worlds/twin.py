"""Simulated devices: shoal simulate."""

import json

from ..failure import Failure
from .world import Outcome, World


class Twin(World):
    name = "twin"
    roomy_memory = "2GB"
    is_simulated = True
    introduction = (
        "on simulated devices: Raspberry Pi 3 with TensorFlow and Keras on lines of 94.1 Mbit/s, whose "
        "times are the authors' own measurements (profiles/README.md)")

    def __init__(self, options):
        super().__init__(options)
        self.file = options.profile
        if not self.file.is_file():
            raise Failure(f"{self.file} is not there")

    def identity(self):
        return super().identity() + self.file.read_bytes()

    def profile(self, model):
        return self.file

    def time(self, plan, want, frames, memory=None):
        limit = [] if memory is None else ["--memory", memory]
        told = json.loads(self.call("simulate", "--plan", plan, *limit, "--profile", self.file,
                                    "--frames", frames, "--format", "json"))
        return Outcome(told["alone"], told["interval"])

    def swapping(self):
        return "what the authors' measurements leave of a Raspberry Pi's memory (393 MB)"
