"""The same random weights and input for every peer, scaled after He so that nothing overflows or
becomes denormal, which would slow some of them."""

import math


def of_step(model, step):
    """Weights and bias."""
    import numpy

    random = numpy.random.default_rng(model.steps.index(step))
    values = random.standard_normal(math.prod(step.weights), dtype=numpy.float32)
    # What is added to a shortcut has to be small, or it doubles from block to block.
    gain = 2 if step.relu else 0.1
    values *= math.sqrt(gain / math.prod(step.weights[1:]))
    bias = random.standard_normal(step.weights[0], dtype=numpy.float32) * numpy.float32(0.01)
    return values.reshape(step.weights), bias


def frame(model):
    """With a batch of one."""
    import numpy

    return numpy.random.default_rng(1).standard_normal((1, *model.shape), dtype=numpy.float32)
