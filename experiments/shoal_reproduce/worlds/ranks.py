"""Real ranks: `shoal run`, started by mpirun on whatever devices a subclass has."""

import contextlib
import hashlib
import json
import pathlib
import re

from ..failure import Failure, NotMeasured
from . import steady
from .world import INTERVAL, LATENCY, Outcome, World, file_name

# Of the steady state, and of frames that meet no other.
ROUNDS = 4
ALONE = 10
# Seconds; a device that swaps is silent for long.
PATIENCE = 600


class Ranks(World):
    """Weights are seeded ones, made on every device; frames are all alike: neither changes how long
    anything takes."""

    usual_slowness = 1

    def __init__(self, options):
        super().__init__(options)
        self.shared = (options.output / "devices").resolve()
        self.shared.mkdir(parents=True, exist_ok=True)
        self.weights, self.frames = self.shared / "weights.h5", self.shared / "frames.h5"
        self.slow = ["--slow", options.slow or self.usual_slowness]
        self.exact = ["--exact"] if options.exact else []
        self.model_there = None

    def __exit__(self, *_):
        if self.model_there is not None:
            with contextlib.suppress(Failure):
                self.on_every_host("rm", "-f", self.weights, self.frames)

    def identity(self):
        return super().identity() + repr(self.slow + self.exact).encode()

    def mpirun(self, ranks, *words):
        """`words` on so many ranks, one on each device; what it printed."""
        raise NotImplementedError

    def on_every_host(self, *words):
        """`words` once on each device that has files of its own."""
        raise NotImplementedError

    def compute_words(self):
        """Options of every command that computes."""
        raise NotImplementedError

    def profile(self, model):
        """Measured on all devices at once, when first asked for."""
        if self.exact:
            raise NotMeasured("a profile is of the fastest algorithms, not of --exact")
        devices = hashlib.sha256(self.identity()).hexdigest()[:8]
        path = self.shared / f"{file_name(model, devices)}.profile.json"
        if not path.is_file():
            self.set_up(None)
            self.mpirun(self.most_devices, self.shoal, "profile", "--model", model, "--budget",
                        0 if self.quick else 1, *self.compute_words(), "-o", path)
        return path

    def time(self, plan, want, frames, memory=None):
        self.set_up(memory)
        outcome = Outcome()
        if LATENCY in want:
            found = self.run(plan, 1, 3 if self.quick else ALONE, outcome)
            outcome.latency = steady.latency(found)
        if INTERVAL in want:
            in_flight = steady.most_in_flight(json.loads(plan.read_text()))
            rounds = 3 if self.quick else ROUNDS
            found = self.run(plan, in_flight, rounds * in_flight, outcome)
            outcome.interval = steady.interval(found, in_flight)
        return outcome

    def run(self, plan, in_flight, frames, outcome):
        """When every frame came and was answered."""
        document = json.loads(plan.read_text())
        self.prepare(document["model"], frames)
        metrics = plan.with_suffix(f".{in_flight}.jsonl")
        said = self.mpirun(
            document["ranks"], self.shoal, "run", "--plan", plan, "--weights", self.weights, "--input",
            self.frames, "--in-flight", in_flight, *self.compute_words(), *self.exact, "--metrics", metrics,
            "--output", plan.with_suffix(".txt"), "--top", 1, "--patience", PATIENCE)
        told = re.findall(r"^\w+: \d+ page-ins, .* read from swap$", said, re.MULTILINE)
        outcome.page_ins = told[:document["ranks"]]
        return steady.passages([json.loads(line) for line in metrics.read_text().splitlines()])

    def set_up(self, memory):
        """Makes the devices ready. @param memory of each, in place of its own"""
        raise NotImplementedError

    def prepare(self, model, frames):
        """The model's weights on every device, in place of those of the model before, and frames."""
        if self.model_there != model:
            self.on_every_host("mkdir", "-p", self.shared)
            self.on_every_host(self.shoal, "weights", "init", model, "--seed", 1, "-o", self.weights)
            self.model_there = model
        layers = self.call("model", model)
        # Dense layers make no work of zeros, of which there are more behind a frame of one number.
        drawn = re.search(r"^\S+ +Dense ", layers, re.MULTILINE) is not None
        write_frames(self.frames, self.input_shape(layers), frames, drawn)

    def input_shape(self, layers):
        """Depth where there is one, height, width, channels."""
        first = re.search(r"^\S+ +Input +(\S+)", layers, re.MULTILINE)
        shape = [int(extent) for extent in first[1].split("x")]
        return [1] * (3 - len(shape)) + shape


def write_frames(path, shape, count, drawn):
    """One frame again and again: of random numbers, or else of zeros, which take no room on the disk
    however large it is."""
    try:
        import h5py
        import numpy
    except ImportError as error:
        raise Failure("h5py is not there; apt-get install python3-h5py") from error
    pathlib.Path(path).unlink(missing_ok=True)
    extents = (count, *(shape if len(shape) < 4 or shape[0] > 1 else shape[1:]))
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    properties.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    with h5py.File(path, "w") as file:
        h5py.h5d.create(file.id, b"frames", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple(extents),
                        properties)
        frame = numpy.random.default_rng(1).uniform(-1, 1, extents[1:]).astype("<f4") if drawn else None
        for i in range(count if drawn else 0):
            file["frames"][i] = frame
