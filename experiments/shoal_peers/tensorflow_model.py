"""A model as a function of TensorFlow, channels last as its kernels for processors want them."""

import tensorflow as tf

from . import weights


class Model:
    def __init__(self, model):
        self.model = model
        self.constants = {}
        for step in model.steps:
            if step.weights:
                values, bias = weights.of_step(model, step)
                self.constants[step.name] = tf.constant(arranged(step, values)), tf.constant(bias)

    def __call__(self, x):
        values = {"input": x}
        for step in self.model.steps:
            x = getattr(self, step.op)(step, *(values[name] for name in step.inputs))
            values[step.name] = tf.nn.relu(x) if step.relu or step.op == "relu" else x
        return x

    def conv(self, step, x):
        kernel, bias = self.constants[step.name]
        x = tf.pad(x, around(step)) if any(map(any, step.pads)) else x
        stride = between(step.stride)
        if step.groups > 1:
            return tf.nn.bias_add(tf.nn.depthwise_conv2d(x, kernel, stride, "VALID"), bias)
        function = tf.nn.conv2d if len(step.kernel) == 2 else tf.nn.conv3d
        return tf.nn.bias_add(function(x, kernel, stride, "VALID"), bias)

    def max_pool(self, step, x):
        x = tf.pad(x, around(step), constant_values=x.dtype.min) if any(map(any, step.pads)) else x
        function = tf.nn.max_pool2d if len(step.kernel) == 2 else tf.nn.max_pool3d
        return function(x, between(step.kernel), between(step.stride), "VALID")

    def dense(self, step, x):
        kernel, bias = self.constants[step.name]
        return tf.nn.bias_add(tf.matmul(x, kernel), bias)

    def add(self, _, x, y):
        return x + y

    def relu(self, _, x):
        return x

    def mean(self, _, x):
        return tf.reduce_mean(x, (1, 2))

    def flatten(self, step, x):
        """Channels first, so that dense layers have the weights of the other peers."""
        return tf.reshape(first(x), (1, *step.shape))

    def softmax(self, _, x):
        return tf.nn.softmax(x)


def arranged(step, values):
    """From filters, channels, window to window, channels, filters."""
    if step.op == "dense":
        return values.T
    turned = values.transpose(*range(2, values.ndim), 1, 0)
    return turned.swapaxes(-1, -2) if step.groups > 1 else turned


def around(step):
    return [(0, 0), *step.pads, (0, 0)]


def between(sizes):
    return (1, *sizes, 1)


def first(x):
    """Channels first."""
    return tf.transpose(x, (0, x.ndim - 1, *range(1, x.ndim - 1))) if x.ndim > 2 else x


def last(array):
    """Channels last."""
    return array.transpose(0, *range(2, array.ndim), 1)
