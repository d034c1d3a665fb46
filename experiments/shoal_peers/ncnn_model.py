"""A model in ncnn's own format: a text of layers and a file of weights."""

import math

import numpy

from . import weights

RELU = "9=1"
MAGIC = 7767517


class Text:
    """Lines of layers. What several layers read has to be copied for each by a layer of its own."""

    def __init__(self, model):
        self.lines, self.blobs, self.model = [], 0, model
        self.readers = {}
        for step in model.steps:
            for name in step.inputs:
                self.readers.setdefault(name, []).append(step.name)

    def layer(self, kind, name, inputs, parameters):
        sources = [self.copy_of(source, name) for source in inputs]
        self.append(kind, name, sources, [name], parameters)
        self.copies(name)

    def copy_of(self, source, reader):
        return f"{source}_for_{reader}" if len(self.readers[source]) > 1 else source

    def copies(self, name):
        readers = self.readers.get(name, [])
        if len(readers) > 1:
            self.append("Split", f"{name}_copies", [name],
                        [f"{name}_for_{reader}" for reader in readers], [])

    def step(self, step):
        kind, parameters = layer_of(step)
        if step.op == "add" and step.relu:
            inner = f"{step.name}_inner"
            sources = [self.copy_of(source, step.name) for source in step.inputs]
            self.append(kind, inner, sources, [inner], parameters)
            self.append("ReLU", step.name, [inner], [step.name], [])
            self.copies(step.name)
        else:
            self.layer(kind, step.name, step.inputs, parameters)

    def append(self, kind, name, inputs, outputs, parameters):
        self.lines.append(" ".join([kind, name, str(len(inputs)), str(len(outputs)), *inputs, *outputs,
                                    *parameters]))
        self.blobs += len(outputs)

    def __str__(self):
        return "\n".join([str(MAGIC), f"{len(self.lines)} {self.blobs}", *self.lines, ""])


def text(model):
    lines = Text(model)
    sizes = dict(zip(("2", "1", "0"), model.shape))
    if len(model.shape) == 1:
        sizes = {"0": model.shape[0]}
    elif len(model.shape) == 4:
        sizes = dict(zip(("2", "11", "1", "0"), model.shape))
    lines.layer("Input", "input", [], [f"{key}={size}" for key, size in sizes.items()])
    for step in model.steps:
        lines.step(step)
    return str(lines)


def layer_of(step):
    """Kind and parameters."""
    simple = {"relu": ("ReLU", []), "softmax": ("Softmax", ["0=0"]), "flatten": ("Flatten", []),
              "mean": ("Pooling", ["0=1", "4=1"]), "add": ("BinaryOp", ["0=0"])}
    if step.op in simple:
        return simple[step.op]
    size, relu = f"6={math.prod(step.weights)}", [RELU] if step.relu else []
    if step.op == "dense":
        return "InnerProduct", [f"0={step.weights[0]}", "1=1", f"2={math.prod(step.weights)}", *relu]
    volume = len(step.kernel) == 3
    if step.op == "max_pool":
        return ("Pooling3D" if volume else "Pooling"), ["0=0", *window(step, POOL_KEYS), "5=1"]
    kind = "Convolution3D" if volume else "ConvolutionDepthWise" if step.groups > 1 else "Convolution"
    groups = [f"7={step.groups}"] if step.groups > 1 else []
    return kind, [f"0={step.weights[0]}", *window(step, CONV_KEYS), "5=1", size, *groups, *relu]


# By dimension, the innermost first: kernel, stride, padding before and after.
CONV_KEYS = ((1, 3, 4, 15), (11, 13, 14, 16), (21, 23, 24, 17))
POOL_KEYS = ((1, 2, 3, 14), (11, 12, 13, 15), (21, 22, 23, 16))


def window(step, keys):
    sizes = zip(reversed(step.kernel), reversed(step.stride), reversed(step.pads))
    return [f"{key}={value}" for dimension, (kernel, stride, pads) in zip(keys, sizes)
            for key, value in zip(dimension, (kernel, stride, *pads))]


def save(model, stem):
    stem.with_suffix(".param").write_text(text(model))
    with open(stem.with_suffix(".bin"), "wb") as file:
        for step in model.steps:
            if step.weights:
                values, bias = weights.of_step(model, step)
                file.write(numpy.uint32(0).tobytes())  # what follows is plain floats
                values.tofile(file)
                bias.tofile(file)
