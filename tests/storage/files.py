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


def filtered(f, path):
    """Element (i, j, k) is 1000 i + 10 j + k; chunks that do not divide the extents."""
    i, j, k = np.indices((37, 50, 9))
    values = (1000 * i + 10 * j + k).astype("f4")
    chunks = (10, 16, 4)
    f.create_dataset("chunked", data=values, chunks=chunks)
    f.create_dataset("deflate", data=values, chunks=chunks, compression="gzip")
    f.create_dataset("shuffle", data=values, chunks=chunks, shuffle=True)
    f.create_dataset("both", data=values, chunks=chunks, compression=9, shuffle=True)
    f.create_dataset("checked", data=values, chunks=chunks, fletcher32=True)
    f.create_dataset("all", data=values, chunks=chunks, compression="gzip", shuffle=True,
                     fletcher32=True)
    f.create_dataset("odd_checked", data=values.astype("u2"), chunks=(1, 1, 3), fletcher32=True)
    f.create_dataset("doubles", data=values.astype(">f8"), chunks=chunks, compression="gzip",
                     shuffle=True)
    f.create_dataset("shorts", data=values.astype("i4"), chunks=chunks, compression="gzip")
    f.create_dataset("one_chunk", data=values, chunks=values.shape, compression="gzip")


def sparse(f, path):
    data = f.create_dataset("data", shape=(40, 6), dtype="f4", chunks=(10, 6), fillvalue=-3,
                            compression="gzip")
    data[12] = 1
    f.create_dataset("filler", data=np.random.RandomState(1).rand(2000))


def numbers_of_all_types(f, path):
    for order in "<>":
        for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
            if kind[0] == "f":
                values = [1.5, -0.25, 60000, 2.0 ** -24, 0]
            elif kind[0] == "i":
                values = [0, 1, -1, np.iinfo(kind).min, np.iinfo(kind).max]
            else:
                values = [0, 1, 2, np.iinfo(kind).max, 3]
            f[order + kind] = np.array(values, dtype=order + kind)


def lzf(f, path):
    f.create_dataset("data", data=np.zeros(4, "f4"), compression="lzf")


def scale_offset(f, path):
    f.create_dataset("data", data=np.zeros(4, "f4"), chunks=(4,), scaleoffset=3)


def bomb(f, path):
    """A chunk that inflates to more than a chunk."""
    import zlib
    data = f.create_dataset("data", shape=(1000,), dtype="f4", chunks=(1000,), compression="gzip")
    data.id.write_direct_chunk((0,), zlib.compress(bytes(1 << 24), 9))
    f.create_dataset("filler", data=np.zeros(4000, "u1"))


def too_many_chunks(f, path):
    f.create_dataset("data", data=np.zeros(20001, "u1"), chunks=(1,))


def mutable(f, path):
    """A little of everything, small: what random bytes are written into."""
    values = np.arange(60, dtype="f4").reshape(3, 4, 5)
    f.attrs["layer_names"] = [b"conv", b"top"]
    f.attrs["model_config"] = '{"class_name": "Functional"}'
    for name in ("conv", "top"):
        group = f.create_group(name)
        group.attrs["weight_names"] = np.array([name + "/kernel:0", name + "/bias:0"],
                                               dtype=h5py.string_dtype())
        group.create_dataset(name + "/kernel:0", data=values)
        group.create_dataset(name + "/bias:0", data=values[0, 0], chunks=(2,), compression="gzip",
                             shuffle=True, fletcher32=True)
        group[name + "/kernel:0"].attrs["shard_begin"] = [0, 0, 0]
    f.create_dataset("grows", data=values.astype("f8"), chunks=(1, 4, 5), maxshape=(None, 4, 5))
    f["words"] = np.array(["one", "two"], dtype=h5py.string_dtype())


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
        latest = {"libver": "latest"} if sys.argv[2].endswith("_latest") else {}
        sys.argv[2] = sys.argv[2].removesuffix("_latest")
        with h5py.File(sys.argv[3], "w", alignment_threshold=1 << 16, alignment_interval=64,
                       **latest) as made:
            globals()[sys.argv[2]](made, sys.argv[3])
    else:
        show(*sys.argv[2:])
