"""The results that are reproduced, in the order of the report."""

from . import c3d, conv_split, fc_split, placements, replicas, scaling

ITEMS = {
    "fc-split": fc_split.run,
    "conv-split": conv_split.run,
    "alexnet": placements.alexnet,
    "vgg16": placements.vgg16,
    "resnet50-xception": replicas.run,
    "c3d": c3d.run,
    "scaling": scaling.run,
}
