"""What is measured: Shoal, and peers in processes that wait for their turn."""

import json
import statistics
import subprocess

from . import environment, networks, weights
from .failure import Failure

WARM_UP = 1


class Peer:
    """A worker, see worker.py."""

    def __init__(self, name, python, model, options, folder):
        self.name = name
        words = environment.pinned(options.cores, python, "-m", "shoal_peers.worker", name, model,
                                   options.threads, folder)
        self.log = open(folder / f"{name}.log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.log, text=True,
                                        env=environment.variables(options.threads))
        about = self.answer()
        self.version, self.first = about["version"], about["first"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.log.seek(0)
            said = self.log.read().strip().splitlines() or ["it ended without a word"]
            raise Failure(f"{self.name}: {said[-1]}")
        return json.loads(line)

    def measure(self, frames):
        """The median of some frames after one that warms the caches up."""
        print(frames + WARM_UP, file=self.process.stdin, flush=True)
        return statistics.median(self.answer()[WARM_UP:])

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.log.close()


class Shoal:
    """One rank, started anew in every round: what counts is each frame's computing, without reading
    weights and input."""

    name = "shoal"

    def __init__(self, model, options, folder):
        self.options, self.folder, self.model = options, folder, model
        environment.call([options.shoal, "weights", "init", model.name, "-o", folder / "weights.h5"],
                         "build the program first")
        self.frames = None

    def write_input(self, frames):
        import h5py
        import numpy
        frame = numpy.moveaxis(weights.frame(self.model), 1, -1)
        if len(self.model.shape) == 1:
            frame = frame.reshape(1, 1, 1, -1)
        with h5py.File(self.folder / "frames.h5", "w") as file:
            file["frames"] = numpy.repeat(frame, frames, axis=0)
        self.frames = frames

    def measure(self, frames):
        # The first frame touches pages for the first time, the second still fills caches.
        count = frames + WARM_UP + 1
        if self.frames != count:
            self.write_input(count)
        metrics = self.folder / "metrics.jsonl"
        words = environment.pinned(
            self.options.cores, self.options.shoal, "run", "--model", self.model.name, "--weights",
            self.folder / "weights.h5", "--input", self.folder / "frames.h5", "--metrics", metrics,
            "--output", self.folder / "answers.jsonl", "--quiet", "--threads", self.options.threads,
            "--in-flight", 1)
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failure(done.stderr.strip().splitlines()[-1])
        lines = [json.loads(line) for line in metrics.read_text().splitlines()]
        frames = [line for line in lines if "event" not in line]
        return statistics.median(line["computing"] for line in frames[WARM_UP + 1:])

    def close(self):
        (self.folder / "weights.h5").unlink()


def unsupported(peer, model):
    """Why it is left out, or nothing."""
    if peer == "ncnn" and len(model.shape) == 4:
        return "its convolution in three dimensions is a plain loop, some thirty times as slow"
    return None


def differs(first, second):
    """Whether two peers compute something else: beyond what Winograd's transforms round."""
    largest = max(map(abs, first))
    return any(abs(x - y) > 0.02 * largest for x, y in zip(first, second, strict=True))


def description(shoal, name):
    return json.loads(environment.call([shoal, "model", name, "--format", "json"],
                                       "build the program first"))


def is_network(name):
    return name in networks.NETWORKS
