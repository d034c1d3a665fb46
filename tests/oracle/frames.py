"""Seeded frames for comparisons: smooth shapes and noise, in the size of each network's pixels."""

import h5py
import numpy

SHAPES = {
    "alexnet": (220, 220, 3),
    "vgg16": (224, 224, 3),
    "resnet50": (224, 224, 3),
    "xception": (299, 299, 3),
    "c3d": (16, 112, 112, 3),
}


def make(network, count=3):
    """`count` frames, preprocessed: about +-100 for networks of Caffe's kind, +-1 for Xception."""
    shape = SHAPES[network]
    size = 1.0 if network == "xception" else 100.0
    generator = numpy.random.Generator(numpy.random.PCG64(2024))
    axes = numpy.meshgrid(*(numpy.linspace(0, 1, n) for n in shape), indexing="ij")
    frames = []
    for _ in range(count):
        waves = numpy.zeros(shape)
        for _ in range(6):
            turns = generator.uniform(-6, 6, len(shape))
            phase = generator.uniform(0, 2 * numpy.pi)
            waves += numpy.sin(sum(t * a for t, a in zip(turns, axes)) * 2 + phase)
        noise = generator.uniform(-1, 1, shape)
        frames.append((size * (waves / 4 + noise / 4)).clip(-1.3 * size, 1.3 * size))
    return numpy.array(frames, dtype=numpy.float32)


def save(path, frames):
    with h5py.File(path, "w") as file:
        file.create_dataset("frames", data=frames)
