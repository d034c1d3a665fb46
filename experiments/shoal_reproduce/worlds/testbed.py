"""Devices made out of this computer: experiments/testbed."""

import pathlib

from .ranks import Ranks

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "testbed"


class Testbed(Ranks):
    """As slow as --slow says, so that devices that share cores do not notice each other; with as much
    memory as a Raspberry Pi has for a network, beyond which they swap."""

    name = "testbed"
    usual_slowness = 12
    roomy_memory = "all"
    introduction = (
        "on the devices of experiments/testbed: processes on one computer, each slowed so that it keeps "
        "to itself, on lines of 94.1 Mbit/s, with limited memory and a slow swap device")

    def __init__(self, options):
        super().__init__(options)
        self.most_devices = options.devices
        self.memory, self.swap_rate = options.device_memory, options.swap_rate
        self.is_up_with = None

    def __exit__(self, *_):
        super().__exit__()
        self.down()

    def identity(self):
        return super().identity() + repr((self.most_devices, self.memory, self.swap_rate)).encode()

    def set_up(self, memory):
        memory = memory or self.memory
        if self.is_up_with == memory:
            return
        self.down()
        limits = []
        if memory != self.roomy_memory:
            limits = ["--memory", memory, "--swap-rate", self.swap_rate, "--swap-size", "4GiB"]
        self.command(PROGRAM, "up", self.most_devices, *limits)
        self.is_up_with = memory

    def down(self):
        if self.is_up_with is not None:
            self.is_up_with = None
            self.command(PROGRAM, "down")

    def mpirun(self, ranks, *words):
        done = self.command(PROGRAM, "run", "-n", ranks, "--", *words)
        return done.stdout + done.stderr

    def on_every_host(self, *words):
        """Their files are this computer's."""
        self.command(*words)

    def compute_words(self):
        return ["--threads", 1, *self.slow]

    def swapping(self):
        return f"a device's memory ({self.memory})"
