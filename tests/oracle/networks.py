"""The five networks once more, in PyTorch, from the papers and Keras Applications' descriptions.

Nothing here is shared with the program: layer arithmetic, padding and the order of layers are written
down independently. Weights come from the Keras HDF5 file; activations are channels-first inside.
"""

import h5py
import numpy
import torch
import torch.nn.functional as F


class Weights:
    def __init__(self, path):
        self.file = h5py.File(path, "r")

    def get(self, layer, name):
        return torch.from_numpy(self.file[layer][layer][name + ":0"][...]).double()

    def has(self, layer, name):
        return name + ":0" in self.file[layer][layer]


def same(x, kernel, stride):
    """Pads as TensorFlow's SAME does, with the odd element at the end."""
    pads = []
    for size, k, s in reversed(list(zip(x.shape[2:], kernel, stride))):
        total = max(0, (-(-size // s) - 1) * s + k - size)
        pads += [total // 2, total - total // 2]
    return pads


def conv(w, x, layer, stride=1, padding="same", kernel_name="kernel"):
    kernel = w.get(layer, kernel_name)
    spatial = kernel.dim() - 2
    kernel = kernel.permute(-1, -2, *range(spatial))
    strides = (stride,) * spatial
    if padding == "same":
        x = F.pad(x, same(x, kernel.shape[2:], strides))
    bias = w.get(layer, "bias") if w.has(layer, "bias") else None
    return (F.conv2d if spatial == 2 else F.conv3d)(x, kernel, bias, strides)


def separable(w, x, layer):
    kernel = w.get(layer, "depthwise_kernel").permute(2, 3, 0, 1)
    x = F.conv2d(F.pad(x, same(x, (3, 3), (1, 1))), kernel, groups=x.shape[1])
    return conv(w, x, layer, kernel_name="pointwise_kernel")


def norm(w, x, layer, epsilon):
    mean, variance = w.get(layer, "moving_mean"), w.get(layer, "moving_variance")
    return F.batch_norm(x, mean, variance, w.get(layer, "gamma"), w.get(layer, "beta"), False, 0, epsilon)


def max_pool(x, kernel, stride, padding="valid"):
    spatial = x.dim() - 2
    kernel = kernel if isinstance(kernel, tuple) else (kernel,) * spatial
    stride = stride if isinstance(stride, tuple) else (stride,) * spatial
    if padding == "same":
        x = F.pad(x, same(x, kernel, stride), value=float("-inf"))
    return (F.max_pool2d if spatial == 2 else F.max_pool3d)(x, kernel, stride)


def dense(w, x, layer):
    return x @ w.get(layer, "kernel") + w.get(layer, "bias")


def flatten(x):
    return torch.movedim(x, 1, -1).flatten(1)


def classify(w, x, names):
    for name in names[:-1]:
        x = F.relu(dense(w, x, name))
    return dense(w, x, names[-1])


def alexnet(w, x):
    x = max_pool(F.relu(conv(w, x, "conv1", 4)), 2, 2)
    x = max_pool(F.relu(conv(w, x, "conv2")), 2, 2)
    for name in ("conv3", "conv4", "conv5"):
        x = F.relu(conv(w, x, name))
    return classify(w, flatten(max_pool(x, 2, 2)), ("fc1", "fc2", "fc3"))


def vgg16(w, x):
    for block, convolutions in enumerate((2, 2, 3, 3, 3), 1):
        for i in range(1, convolutions + 1):
            x = F.relu(conv(w, x, f"block{block}_conv{i}"))
        x = max_pool(x, 2, 2)
    return classify(w, flatten(x), ("fc1", "fc2", "predictions"))


def resnet50(w, x):
    def conv_bn(x, name, stride=1):
        kernel = w.get(name + "_conv", "kernel").shape[0]
        padding = "same" if kernel == 3 else "valid"
        return norm(w, conv(w, x, name + "_conv", stride, padding), name + "_bn", 1.001e-5)

    x = F.relu(conv_bn(F.pad(x, (3, 3, 3, 3)), "conv1", 2))
    x = max_pool(F.pad(x, (1, 1, 1, 1)), 3, 2)
    for stage, (blocks, stride) in enumerate(((3, 1), (4, 2), (6, 2), (3, 2)), 2):
        for block in range(1, blocks + 1):
            name = f"conv{stage}_block{block}"
            first = stride if block == 1 else 1
            beside = conv_bn(x, name + "_0", first) if block == 1 else x
            y = F.relu(conv_bn(x, name + "_1", first))
            y = F.relu(conv_bn(y, name + "_2"))
            x = F.relu(conv_bn(y, name + "_3") + beside)
    return dense(w, x.mean((2, 3)), "predictions")


def xception(w, x):
    def bn(x, name):
        return norm(w, x, name, 1e-3)

    def sep(x, name):
        return bn(separable(w, x, name), name + "_bn")

    def beside(x, number):
        suffix = f"_{number}" if number else ""
        return bn(conv(w, x, "conv2d" + suffix, 2), "batch_normalization" + suffix)

    for name, stride in (("block1_conv1", 2), ("block1_conv2", 1)):
        x = F.relu(bn(conv(w, x, name, stride, "valid"), name + "_bn"))
    for number, block in enumerate((2, 3, 4)):
        shortcut = beside(x, number)
        y = x if block == 2 else F.relu(x)
        y = sep(F.relu(sep(y, f"block{block}_sepconv1")), f"block{block}_sepconv2")
        x = max_pool(y, 3, 2, "same") + shortcut
    for block in range(5, 13):
        y = x
        for i in (1, 2, 3):
            y = sep(F.relu(y), f"block{block}_sepconv{i}")
        x = x + y
    shortcut = beside(x, 3)
    y = sep(F.relu(sep(F.relu(x), "block13_sepconv1")), "block13_sepconv2")
    x = max_pool(y, 3, 2, "same") + shortcut
    x = F.relu(sep(x, "block14_sepconv1"))
    x = F.relu(sep(x, "block14_sepconv2"))
    return dense(w, x.mean((2, 3)), "predictions")


def c3d(w, x):
    for i in range(1, 9):
        x = F.relu(conv(w, x, f"conv{i}"))
        if i == 1:
            x = max_pool(x, (1, 2, 2), (1, 2, 2), "same")
        elif i % 2 == 0:
            x = max_pool(x, 2, 2, "same")
    return classify(w, flatten(x), ("fc1", "fc2", "fc3"))


NETWORKS = {f.__name__: f for f in (alexnet, vgg16, resnet50, xception, c3d)}


def probabilities(network, weights_path, frames):
    """The answers for frames with channels last, in double precision."""
    weights = Weights(weights_path)
    answers = []
    with torch.no_grad():
        for frame in frames:
            x = torch.movedim(torch.from_numpy(frame).double()[None], -1, 1)
            answers.append(torch.softmax(NETWORKS[network](weights, x), 1)[0].numpy())
    return numpy.array(answers)
