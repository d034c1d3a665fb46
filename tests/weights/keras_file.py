"""Weights files as Keras 2 leaves them, written and read by h5py.

keras_file.py write KIND SOURCE TARGET   copies the weights of a file into one of another kind
keras_file.py put SOURCE TARGET DATASET PLACE VALUE   copies it, but for one number
keras_file.py show PATH                  prints what Keras would find: layers, datasets, shapes

Writing follows `save_weights_to_hdf5_group` and `save_attributes_to_hdf5_group` of Keras 2
(keras/saving/hdf5_format.py).
"""

import shutil
import sys

import h5py
import numpy as np


def read(path):
    """[(layer, [(weight, array)])] in the file's order."""
    with h5py.File(path, "r") as f:
        layers = []
        for layer in text(f.attrs["layer_names"]):
            names = text(f[layer].attrs["weight_names"])
            layers.append((layer, [(name, f[layer][name][()]) for name in names]))
        return layers


def text(names):
    return [name.decode() if isinstance(name, bytes) else name for name in names]


def set_list(group, name, strings, limit=64512):
    data = [string.encode("utf8") for string in strings]
    array = np.asarray(data)
    parts = 1
    cut = np.array_split(array, parts)
    while any(part.nbytes > limit for part in cut):
        parts += 1
        cut = np.array_split(array, parts)
    if parts > 1:
        for i, part in enumerate(cut):
            group.attrs["%s%d" % (name, i)] = part
    else:
        group.attrs[name] = data


def write_weights(group, layers, limit=64512):
    set_list(group, "layer_names", [layer for layer, _ in layers], limit)
    group.attrs["backend"] = "tensorflow".encode("utf8")
    group.attrs["keras_version"] = "2.11.0".encode("utf8")
    for layer, weights in sorted(layers):
        inner = group.create_group(layer)
        set_list(inner, "weight_names", [name for name, _ in weights], limit)
        for name, array in weights:
            dataset = inner.create_dataset(name, array.shape, dtype=array.dtype)
            dataset[...] = array


def save_weights(f, layers):
    write_weights(f, layers)


def full_model(f, layers):
    f.attrs["model_config"] = '{"class_name": "Functional"}'
    f.create_group("optimizer_weights").attrs["weight_names"] = []
    write_weights(f.create_group("model_weights"), layers)


def cut_lists(f, layers):
    write_weights(f, layers, limit=60)


def nested(f, layers):
    """The network is a layer of another one, which lists all its weights."""
    inside = [weight for _, weights in layers for weight in weights]
    write_weights(f, [("input_9", []), ("network", inside), ("another", [])])


def old_names(f, layers):
    """block1_conv1_W_1:0 directly in the group of its layer, told apart by their order."""
    write_weights(f, [(layer, [("%s_%d_1:0" % (layer, i), array)
                               for i, (_, array) in enumerate(weights)])
                      for layer, weights in layers])


def doubles(f, layers):
    write_weights(f, [(layer, [(name, array.astype("f8")) for name, array in weights])
                      for layer, weights in layers])


def without_lists(f, layers):
    f.create_group("conv")


def missing_layer(f, layers):
    write_weights(f, [layer for layer in layers if layer[0] != "conv"])


def missing_bias(f, layers):
    write_weights(f, [(layer, [w for w in weights if w[0] != "conv/bias:0"])
                      for layer, weights in layers])


def missing_dataset(f, layers):
    write_weights(f, layers)
    del f["conv/conv/kernel:0"]


def wrong_shape(f, layers):
    write_weights(f, [(layer, [(name, array[..., :3] if name == "conv/kernel:0" else array)
                               for name, array in weights]) for layer, weights in layers])


def external_link(f, layers):
    write_weights(f, layers)
    f.move("conv/conv/kernel:0", "elsewhere")
    with h5py.File(f.filename + ".other", "w") as other:
        other["data"] = f["elsewhere"][()]
    f["conv/conv/kernel:0"] = h5py.ExternalLink(f.filename + ".other", "/data")


def huge(f, layers):
    write_weights(f, layers)
    del f["conv/conv/kernel:0"]
    f.create_dataset("conv/conv/kernel:0", shape=(2**20,) * 3, dtype="f4", chunks=(4, 4, 4))


def compressed(f, layers):
    """As h5repack -f SHUF -f GZIP=6 -f FLET does it, but with chunks of odd sizes."""
    write_weights(f, layers)
    for layer, weights in layers:
        for name, array in weights:
            del f[layer][name]
            chunks = tuple(max(1, (extent * 2 + 2) // 3) for extent in array.shape)
            f[layer].create_dataset(name, data=array, chunks=chunks, compression=6, shuffle=True,
                                    fletcher32=True)


def lzf(f, layers):
    write_weights(f, layers)
    array = f["conv/conv/kernel:0"][()]
    del f["conv/conv/kernel:0"]
    f.create_dataset("conv/conv/kernel:0", data=array, compression="lzf")


def odd_name(f, layers):
    write_weights(f, layers)
    f["conv"].attrs["weight_names"] = [b"conv/kernel:0", b"conv/\x1b[2J\nbias:0"]


def put(source, target, dataset, place, value):
    shutil.copy(source, target)
    with h5py.File(target, "r+") as f:
        array = f[dataset][()]
        array.flat[int(place)] = float(value)
        f[dataset][...] = array


def show(path):
    with h5py.File(path, "r") as f:
        print(f.attrs["backend"], f.attrs["keras_version"].split(".")[0])
    for layer, weights in read(path):
        print(layer, *("%s%s" % (name, "x".join(map(str, array.shape)).join("()"))
                       for name, array in weights))


if __name__ == "__main__":
    if sys.argv[1] == "write":
        with h5py.File(sys.argv[4], "w") as target:
            globals()[sys.argv[2]](target, read(sys.argv[3]))
    elif sys.argv[1] == "put":
        put(*sys.argv[2:])
    else:
        show(sys.argv[2])
