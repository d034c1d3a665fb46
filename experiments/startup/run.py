#!/usr/bin/python3
"""How long `shoal run` takes until its first answer, and what it does until then.

Every network answers one frame on one rank: with weights from a whole file and from a file of shards,
of each once when the system has the file in memory (warm) and once when it has to come from the disk
(cold: its pages are given up before). Start-ups of all kinds take turns; medians count. The last line
is the headline."""

import os
import pathlib
import re
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from shoal_measure import call, common_parser, save  # noqa: E402

NETWORKS = ("alexnet", "vgg16", "resnet50", "xception", "c3d")
# What the program tells: the whole, and its parts.
LINE = re.compile(r"^first answer after ([\d.]+) s: ([\d.]+) s to start, ([\d.]+) s to plan, "
                  r"([\d.]+) s to load weights, ([\d.]+) s for the frame$", re.MULTILINE)
PARTS = ("first_answer", "start", "plan", "load", "frame")


class Experiment:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.picture, self.clip = folder / "picture.png", folder / "clip.avi"
        self.shoal("draw", "picture", self.picture, "--size", "256x256")
        self.shoal("draw", "clip", self.clip, "--size", "128x128", "--frames", 16)

    def shoal(self, *words):
        return call(self.options.shoal, *words)

    def files(self, network):
        """The whole weights and a rank's own."""
        whole, plan = self.folder / f"{network}.h5", self.folder / "plan.json"
        self.shoal("weights", "init", network, "--seed", 1, "-o", whole)
        self.shoal("plan", "write", "--model", network, "-n", 1, "-o", plan)
        self.shoal("weights", "shard", whole, "--plan", plan, "-o", self.folder / network)
        return {"whole": whole, "shard": self.folder / network / "rank0.h5"}

    def start(self, network, weights, cold):
        prepare(weights, cold)
        told = self.shoal("run", "--model", network, "--weights", weights, "--input",
                          self.clip if network == "c3d" else self.picture)
        found = LINE.search(told)
        if not found:
            sys.exit(f"shoal run tells no first answer:\n{told}")
        return dict(zip(PARTS, map(float, found.groups())))

    def rows(self, network):
        files = self.files(network)
        kinds = [(kind, cold) for kind in files for cold in (False, True)]
        found = {kind: [] for kind in kinds}
        for _ in range(self.options.rounds):
            for kind, cold in kinds:
                found[kind, cold].append(self.start(network, files[kind], cold))
        for file in files.values():
            file.unlink()
        return [{"network": network, "file": kind, "memory": "cold" if cold else "warm",
                 **{part: statistics.median(one[part] for one in found[kind, cold])
                    for part in PARTS}} for kind, cold in kinds]


def prepare(file, cold):
    """The file's pages in the system's memory, all of them or none."""
    with open(file, "rb", buffering=0) as opened:
        if cold:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        else:
            while opened.read(1 << 24):
                pass


def main():
    parser = common_parser(__doc__, "startup", "startup.csv")
    parser.add_argument("--rounds", type=int, default=9, help="starts of each kind")
    parser.add_argument("--network", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--folder", help="where weights are written, on the disk that is meant")
    parser.add_argument("--quick", action="store_true", help="AlexNet and ResNet50, five starts")
    options = parser.parse_args()
    if options.quick:
        options.network, options.rounds = ["alexnet", "resnet50"], 5
    options.output.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        experiment = Experiment(options, pathlib.Path(name))
        for network in options.network:
            for row in experiment.rows(network):
                rows.append(row)
                print("{network:9} {file:5} {memory}: first answer after {first_answer:.2f} s; "
                      "{start:.2f} s to start, {load:.2f} s to load weights, {frame:.2f} s for "
                      "the frame"
                      .format(**row), flush=True)
    save(options.output / "startup.csv", rows)
    of_shards = [row["first_answer"] for row in rows
                 if (row["file"], row["memory"]) == ("shard", "warm")]
    print(f"{statistics.geometric_mean(of_shards):.2f} s until the first answer from a rank's own "
          f"shards, warm: geometric mean over {len(of_shards)} networks on one rank")


if __name__ == "__main__":
    main()
