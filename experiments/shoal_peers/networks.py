"""The networks and single layers that are compared, as short lists of steps from which every peer's
model is built: channels first, batch normalization folded into the convolution before it, as every
deployment does."""

import math
from dataclasses import dataclass, field

NETWORKS = ("alexnet", "vgg16", "resnet50", "xception", "c3d")


@dataclass
class Step:
    """`op` is conv, max_pool, add, relu, mean, flatten, dense or softmax; `shape` of what comes out,
    channels first, without the batch; `pads` a pair for each dimension."""

    name: str
    op: str
    inputs: list
    shape: tuple
    kernel: tuple = ()
    stride: tuple = ()
    pads: tuple = ()
    groups: int = 1
    relu: bool = False
    weights: tuple = ()


@dataclass
class Model:
    name: str
    shape: tuple
    steps: list = field(default_factory=list)

    def shape_of(self, name):
        if name == "input":
            return self.shape
        return next(step.shape for step in self.steps if step.name == name)


class Builder:
    """Appends steps; each call answers the name of what it computes."""

    def __init__(self, name, shape):
        self.model = Model(name, shape)

    def append(self, op, inputs, shape, **how):
        name = f"{op}{len(self.model.steps)}"
        self.model.steps.append(Step(name, op, inputs, shape, **how))
        return name

    def window(self, x, kernel, stride, padding):
        """kernel, stride and pads of a window on x, and the sizes that come out."""
        sizes = self.model.shape_of(x)[1:]
        kernel, stride = as_tuple(kernel, len(sizes)), as_tuple(stride, len(sizes))
        if isinstance(padding, int):
            pads = ((padding, padding),) * len(sizes)
        else:
            pads = tuple(map(same if padding == "same" else valid, sizes, kernel, stride))
        out = tuple((size + sum(pad) - k) // s + 1
                    for size, pad, k, s in zip(sizes, pads, kernel, stride))
        return {"kernel": kernel, "stride": stride, "pads": pads}, out

    def conv(self, x, filters, kernel, stride=1, padding="same", relu=True, groups=1):
        how, out = self.window(x, kernel, stride, padding)
        channels = self.model.shape_of(x)[0]
        return self.append("conv", [x], (filters, *out), **how, groups=groups, relu=relu,
                           weights=(filters, channels // groups, *how["kernel"]))

    def separable(self, x, filters, relu=False):
        channels = self.model.shape_of(x)[0]
        x = self.conv(x, channels, 3, relu=False, groups=channels)
        return self.conv(x, filters, 1, relu=relu)

    def max_pool(self, x, kernel, stride, padding="valid"):
        how, out = self.window(x, kernel, stride, padding)
        return self.append("max_pool", [x], (self.model.shape_of(x)[0], *out), **how)

    def add(self, x, y, relu=False):
        return self.append("add", [x, y], self.model.shape_of(x), relu=relu)

    def relu(self, x):
        return self.append("relu", [x], self.model.shape_of(x))

    def mean(self, x):
        return self.append("mean", [x], (self.model.shape_of(x)[0],))

    def dense(self, x, units, relu=False):
        shape = self.model.shape_of(x)
        if len(shape) > 1:
            x = self.append("flatten", [x], (math.prod(shape),))
        return self.append("dense", [x], (units,), relu=relu, weights=(units, math.prod(shape)))

    def classify(self, x, *units):
        for count in units[:-1]:
            x = self.dense(x, count, relu=True)
        x = self.dense(x, units[-1])
        self.append("softmax", [x], self.model.shape_of(x))
        return self.model


def as_tuple(value, count):
    return value if isinstance(value, tuple) else (value,) * count


def same(size, kernel, stride):
    """As TensorFlow pads, with the odd element at the end."""
    total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return total // 2, total - total // 2


def valid(*_):
    return 0, 0


def alexnet():
    net = Builder("alexnet", (3, 220, 220))
    x = net.max_pool(net.conv("input", 48, 11, 4), 2, 2)
    x = net.max_pool(net.conv(x, 128, 5), 2, 2)
    for filters in (192, 192, 128):
        x = net.conv(x, filters, 3)
    return net.classify(net.max_pool(x, 2, 2), 4096, 4096, 1000)


def vgg16():
    net, x = Builder("vgg16", (3, 224, 224)), "input"
    for filters, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            x = net.conv(x, filters, 3)
        x = net.max_pool(x, 2, 2)
    return net.classify(x, 4096, 4096, 1000)


def resnet50():
    net = Builder("resnet50", (3, 224, 224))
    x = net.max_pool(net.conv("input", 64, 7, 2, padding=3), 3, 2, padding=1)
    for filters, blocks, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for block in range(blocks):
            first = stride if block == 0 else 1
            beside = net.conv(x, 4 * filters, 1, first, relu=False) if block == 0 else x
            y = net.conv(net.conv(x, filters, 1, first), filters, 3)
            x = net.add(net.conv(y, 4 * filters, 1, relu=False), beside, relu=True)
    return net.classify(net.mean(x), 1000)


def xception():
    net = Builder("xception", (3, 299, 299))
    x = net.conv(net.conv("input", 32, 3, 2, "valid"), 64, 3, 1, "valid")
    for filters in (128, 256, 728):
        x = xception_entry(net, x, filters, filters, relu_first=filters != 128)
    for _ in range(8):
        y = x
        for _ in range(3):
            y = net.separable(net.relu(y), 728)
        x = net.add(y, x)
    x = xception_entry(net, x, 728, 1024, relu_first=True)
    x = net.separable(net.separable(x, 1536, relu=True), 2048, relu=True)
    return net.classify(net.mean(x), 1000)


def xception_entry(net, x, inner, filters, relu_first):
    """Two separable convolutions and a pooling, with a strided shortcut."""
    beside = net.conv(x, filters, 1, 2, relu=False)
    y = net.separable(net.relu(x) if relu_first else x, inner, relu=True)
    return net.add(net.max_pool(net.separable(y, filters), 3, 2, "same"), beside)


def c3d():
    net, x = Builder("c3d", (3, 16, 112, 112)), "input"
    for i, filters in enumerate((64, 128, 256, 256, 512, 512, 512, 512), 1):
        x = net.conv(x, filters, 3)
        if i == 1:
            x = net.max_pool(x, (1, 2, 2), (1, 2, 2), "same")
        elif i % 2 == 0:
            x = net.max_pool(x, 2, 2, "same")
    return net.classify(x, 4096, 4096, 487)


def single_layer(name):
    """By Shoal's own names: fc:IN:OUT, conv:HxWxC:FILTERS:KERNEL, conv3d:DxHxWxC:FILTERS."""
    kind, size, outputs, *kernel = name.split(":")
    *sizes, channels = map(int, size.split("x"))
    net = Builder(name, (channels, *sizes))
    if kind == "fc":
        net.dense("input", int(outputs))
    else:
        net.conv("input", int(outputs), int(kernel[0]) if kernel else 3, relu=False)
    return net.model


def model(name):
    builders = {f.__name__: f for f in (alexnet, vgg16, resnet50, xception, c3d)}
    return builders[name]() if name in builders else single_layer(name)


def flops(of):
    """Of the multiplications and additions of convolutions and dense layers."""
    return sum(2 * math.prod(step.weights[1:]) * math.prod(step.shape)
               for step in of.steps if step.weights)


def least_bytes(of):
    """What passes through memory at least, nothing being in a cache: weights, input and output."""
    floats = sum(math.prod(step.weights) + step.shape[0] for step in of.steps if step.weights)
    return 4 * (floats + math.prod(of.shape) + math.prod(of.steps[-1].shape))
