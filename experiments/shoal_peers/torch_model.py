"""A model in PyTorch."""

import torch
import torch.nn.functional as F

from . import weights


class Module(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.steps = model.steps
        for step in model.steps:
            if step.weights:
                for array, kind in zip(weights.of_step(model, step), ("weights", "bias")):
                    value = torch.nn.Parameter(torch.from_numpy(array), requires_grad=False)
                    self.register_parameter(f"{step.name}_{kind}", value)

    def forward(self, x):
        values = {"input": x}
        for step in self.steps:
            x = getattr(self, step.op)(step, *(values[name] for name in step.inputs))
            values[step.name] = F.relu(x) if step.relu or step.op == "relu" else x
        return x

    def parameters_of(self, step):
        return (getattr(self, f"{step.name}_{kind}") for kind in ("weights", "bias"))

    def conv(self, step, x):
        x, pads = padded(step, x, 0)
        function = F.conv2d if len(step.kernel) == 2 else F.conv3d
        return function(x, *self.parameters_of(step), step.stride, pads, 1, step.groups)

    def max_pool(self, step, x):
        x, pads = padded(step, x, float("-inf"))
        return (F.max_pool2d if len(step.kernel) == 2 else F.max_pool3d)(x, step.kernel, step.stride, pads)

    def dense(self, step, x):
        return F.linear(x, *self.parameters_of(step))

    def add(self, _, x, y):
        return x + y

    def relu(self, _, x):
        return x

    def mean(self, _, x):
        return x.mean((2, 3))

    def flatten(self, _, x):
        return x.flatten(1)

    def softmax(self, _, x):
        return torch.softmax(x, 1)


def padded(step, x, value):
    """x and the padding that is left to the operator, which knows only the same at both ends."""
    if all(before == after for before, after in step.pads):
        return x, tuple(before for before, _ in step.pads)
    both = [end for pad in reversed(step.pads) for end in pad]
    return F.pad(x, both, value=value), (0,) * len(step.pads)


def candidates(model, frame):
    """The ways in which users run a model, the faster of which counts."""
    module = Module(model).eval()
    yield "eager", module
    frozen = torch.jit.freeze(torch.jit.trace(module, frame))
    yield "frozen", torch.jit.optimize_for_inference(frozen)
