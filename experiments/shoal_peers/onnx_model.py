"""A model as an ONNX file, for ONNX Runtime and OpenVINO."""

import onnx
from onnx import TensorProto, helper, numpy_helper

from . import weights

NODES = {"add": "Add", "relu": "Relu", "flatten": "Flatten", "softmax": "Softmax",
         "mean": "GlobalAveragePool", "max_pool": "MaxPool", "conv": "Conv", "dense": "Gemm"}


def save(model, path):
    nodes, initializers = [], []
    for step in model.steps:
        inputs = list(step.inputs)
        if step.weights:
            for array, kind in zip(weights.of_step(model, step), ("weights", "bias")):
                inputs.append(f"{step.name}_{kind}")
                initializers.append(numpy_helper.from_array(array, inputs[-1]))
        nodes += nodes_of(step, inputs)
    last = model.steps[-1]
    graph = helper.make_graph(nodes, "model", [tensor("input", model.shape)],
                              [tensor(last.name, last.shape)], initializers)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


def tensor(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, *shape])


def nodes_of(step, inputs):
    """What computes step.name: the node, and what ONNX has as nodes of their own after it."""
    follower = {"mean": "Flatten"}.get(step.op, "Relu" if step.relu else None)
    out = f"{step.name}_inner" if follower else step.name
    nodes = [helper.make_node(NODES[step.op], inputs, [out], **attributes(step))]
    if follower:
        nodes.append(helper.make_node(follower, [out], [step.name]))
    return nodes


def attributes(step):
    if step.op == "dense":
        return {"transB": 1}
    if not step.kernel:
        return {}
    pads = [pad[0] for pad in step.pads] + [pad[1] for pad in step.pads]
    found = {"kernel_shape": step.kernel, "strides": step.stride, "pads": pads}
    return found | ({"group": step.groups} if step.op == "conv" else {})
