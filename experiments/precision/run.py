#!/usr/bin/python3
"""What answers lose where weights are held, or activations travel, in fewer bytes than float32.

Every network answers the same inputs, each of another drawn scene, with float32 and with each of the
others. What is told: in how many answers the five best classes are the same, in their order, and by
how much a probability differs at most, in relation to the largest of its answer. The weights are
random: classes are closer to each other than those of a trained network. The last line is the
headline."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from shoal_measure import add_mpirun, call, common_parser, save  # noqa: E402

NETWORKS = ("alexnet", "vgg16", "resnet50", "xception", "c3d")
# Over two ranks that move the output of every layer.
SPLIT = ("--split", "conv=channel:2,fc=output:2")
WAYS = {**{f"weights {kind}": ("--weights-dtype", kind) for kind in ("float16", "int8")},
        **{f"wire {kind}": (*SPLIT, "--wire", kind) for kind in ("float16", "int8")},
        "both float16": (*SPLIT, "--weights-dtype", "float16", "--wire", "float16")}
BEST = 5
CLIP = 16


class Experiment:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder

    def shoal(self, *words):
        call(self.options.shoal, *words)

    def draw(self):
        """A folder of pictures, and a clip of which C3D takes one piece after the other."""
        pictures, clip = self.folder / "pictures", self.folder / "clip.avi"
        pictures.mkdir()
        for seed in range(self.options.inputs):
            self.shoal("draw", "picture", pictures / f"{seed:03}.png", "--size", "256x256", "--seed",
                       seed)
        self.shoal("draw", "clip", clip, "--size", "128x128", "--frames", CLIP * self.options.inputs)
        return pictures, clip

    def answers(self, network, weights, given, how=()):
        """A row of probabilities for each input."""
        import h5py
        import numpy

        path = self.folder / "answers.h5"
        ranks = [*self.options.mpirun.split(), "-n", 2] if "--split" in how else []
        call(*ranks, self.options.shoal, "run", "--model", network, "--weights", weights, "--input",
             given, "--quiet", "--output", path, *how,
             *(("--clip-hop", CLIP) if network == "c3d" else ()))
        with h5py.File(path) as file:
            return numpy.asarray(file["probabilities"], dtype=numpy.float64)


def best(rows):
    """The classes of each row's best, the best one first."""
    import numpy

    return numpy.argsort(-rows, axis=1, kind="stable")[:, :BEST]


def row_of(network, kind, exact, found):
    import numpy

    same = (best(exact) == best(found)).all(axis=1)
    errors = abs(found - exact).max(axis=1) / exact.max(axis=1)
    return {"network": network, "kind": kind, "inputs": len(exact), "same_best": int(same.sum()),
            "largest_error": float(errors.max()), "median_error": float(numpy.median(errors))}


def main():
    parser = common_parser(__doc__, "precision", "precision.csv")
    add_mpirun(parser)
    parser.add_argument("--inputs", type=int, default=50)
    parser.add_argument("--network", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--quick", action="store_true", help="AlexNet and ResNet50, ten inputs")
    options = parser.parse_args()
    if options.quick:
        options.network, options.inputs = ["alexnet", "resnet50"], 10
    options.output.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        experiment = Experiment(options, pathlib.Path(name))
        pictures, clip = experiment.draw()
        for network in options.network:
            weights = experiment.folder / f"{network}.h5"
            experiment.shoal("weights", "init", network, "--seed", 1, "-o", weights)
            given = clip if network == "c3d" else pictures
            exact = experiment.answers(network, weights, given)
            for kind, how in WAYS.items():
                rows.append(row_of(network, kind, exact,
                                   experiment.answers(network, weights, given, how)))
                print("{network:9} {kind:16} {same_best:3} of {inputs} answers have the same five "
                      "best; largest error {largest_error:.1e}, median {median_error:.1e}"
                      .format(**rows[-1]), flush=True)
            weights.unlink()
    save(options.output / "precision.csv", rows)
    halves = [row for row in rows if row["kind"].endswith("float16")]
    share = 100 * sum(row["same_best"] for row in halves) / sum(row["inputs"] for row in halves)
    print(f"{share:.1f} % of the answers have the same five best classes with float16 as with float32")


if __name__ == "__main__":
    main()
