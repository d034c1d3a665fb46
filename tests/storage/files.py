"""HDF5 files for the tests of storage, made and read by h5py.

files.py make KIND PATH   writes a file; `/data` is what the tests ask for
files.py show PATH NAME   prints the shape and the values of a dataset or `GROUP@ATTRIBUTE`
"""

import sys

import h5py
import numpy as np


def numbers(f, path):
    values = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    f["f4"] = values
    f["f8"] = values.astype(">f8")
    f["f2"] = values.astype("f2")
    f["i4"] = values.astype("i4")
    f.create_dataset("chunked", data=values, chunks=(2, 3, 2))
    f["scalar"] = np.float32(7)
    f["group/inner"] = values
    f["group"].attrs["fixed"] = [b"one", b"three", b""]
    f["group"].attrs["variable"] = np.array(["one", "drei", ""], dtype=h5py.string_dtype())
    f["group"].attrs["single"] = b"tensorflow"
    f["group"].attrs["empty"] = []
    f["group"].attrs["cut0"] = [b"a", b"b"]
    f["group"].attrs["cut1"] = [b"c"]
    f["group"].attrs["number"] = 5


def large(f, path):
    values = np.arange(64 * 512, dtype=np.float32).reshape(64, 512)
    f["f4"] = values
    f["f8"] = values.astype("f8")
    f[">f4"] = values.astype(">f4")
    f.create_dataset("chunked", data=values, chunks=(64, 512))


def external_link(f, path):
    with h5py.File(path + ".other", "w") as other:
        other["data"] = np.zeros(4, "f4")
    f["data"] = h5py.ExternalLink(path + ".other", "/data")


def external_group(f, path):
    with h5py.File(path + ".other", "w") as other:
        other["data"] = np.zeros(4, "f4")
        other["/"].attrs["names"] = [b"secret"]
    f["outside"] = h5py.ExternalLink(path + ".other", "/")


def external_storage(f, path):
    np.zeros(4, "f4").tofile(path + ".raw")
    f.create_dataset("data", shape=4, dtype="f4", external=[(path + ".raw", 0, 16)])


def virtual(f, path):
    with h5py.File(path + ".other", "w") as other:
        other["data"] = np.zeros(4, "f4")
    layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
    layout[:] = h5py.VirtualSource(path + ".other", "data", shape=(4,))
    f.create_virtual_dataset("data", layout)


def compressed(f, path):
    f.create_dataset("data", data=np.zeros(4, "f4"), compression="gzip")


def huge(f, path):
    f.create_dataset("data", shape=(2**40, 2**20), dtype="f4", chunks=(16, 16))


def huge_contiguous(f, path):
    f.create_dataset("data", shape=(10**12,), dtype="f4")


def wide_elements(f, path):
    # Fewer elements than the file has bytes, and yet more bytes.
    f["filler"] = np.zeros(1000, "u1")
    f.create_dataset("data", shape=(1500,), dtype="f8")


def text(f, path):
    f["data"] = "words"


def compound(f, path):
    f["data"] = np.zeros(3, dtype=[("a", "f4"), ("b", "i4")])


def group(f, path):
    f.create_group("data")


def show(path, name):
    with h5py.File(path, "r") as f:
        if "@" in name:
            where, attribute = name.split("@")
            value = f[where].attrs.get(attribute)
        else:
            value = f[name][()]
        if isinstance(value, np.ndarray):
            value = (value.shape, value.tolist())
        print(value)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        with h5py.File(sys.argv[3], "w", alignment_threshold=1 << 16,
                       alignment_interval=64) as made:
            globals()[sys.argv[2]](made, sys.argv[3])
    else:
        show(*sys.argv[2:])
