"""Draws some of a file's seeded weights (seed 1) a second time, and says whether they are equal.

The arithmetic of src/weights/initialize.cpp, in Python's whole numbers and numpy's float32.
"""

import sys

import h5py
import numpy as np

ALL = 2**64 - 1


def mix(value):
    value = (value + 0x9E3779B97F4A7C15) & ALL
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & ALL
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & ALL
    return value ^ value >> 31


def drawn(name, count, mean, deviation):
    key = mix(1)
    for letter in name.encode():
        key = mix(key ^ letter)
    values = []
    for counter in range(count):
        bits = mix((key + counter) & ALL)
        total = sum(bits >> shift & 0xFFFF for shift in (0, 16, 32, 48)) - 2 * 65535
        standard = np.float32(total) * (np.float32(1.7320508) / np.float32(65536))
        values.append(np.float32(float(np.float32(deviation)) * float(standard)
                                 + float(np.float32(mean))))
    return np.array(values, np.float32)


with h5py.File(sys.argv[1], "r") as f:
    kernel = f["conv/conv/kernel:0"][()].ravel()
    scale = np.sqrt(np.float32(2) / np.float32(27)) / np.float32(64)
    gamma = f["conv_bn/conv_bn/gamma:0"][()]
    equal = (np.array_equal(kernel, drawn("conv/kernel:0", kernel.size, 0, scale))
             and np.array_equal(gamma, drawn("conv_bn/gamma:0", gamma.size, 1, 0.05)))
    print("equal" if equal else "different")
