"""Whether the peers are given the network that Shoal runs."""

from collections import Counter

from .failure import Failure

WEIGHTED = {"Conv2D", "Conv3D", "Dense", "SeparableConv2D"}


def compare(model, described):
    """@param described what `shoal model NAME --format json` tells. The layers with weights have to
    have outputs of the same shapes."""
    theirs = Counter()
    for layer in described["layers"]:
        if layer["op"] in WEIGHTED:
            theirs[tuple(layer["output_shape"])] += 1
    ours = Counter((*step.shape[1:], step.shape[0]) for step in model.steps
                   if step.weights and not is_depthwise(step))
    if ours != theirs:
        raise Failure(f"{model.name}: the peers' model has other layers than Shoal's, "
                      f"{dict(ours - theirs)} in place of {dict(theirs - ours)}; mend networks.py")


def is_depthwise(step):
    return step.groups > 1
