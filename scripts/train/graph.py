"""A network in ONNX form as a torch module: run it, train its weights, write them back into the same file.

Only the operators that the line reader uses are known; any other raises KeyError. Batch normalisation stays as it was
trained: our batches are too small and too odd to estimate it anew.
"""

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper


class Graph(torch.nn.Module):
    """Weights become parameters, named as in the file; everything else is kept as it is."""

    def __init__(self, path):
        super().__init__()
        self.model = onnx.load(path)
        self.nodes = list(self.model.graph.node)
        self.constants = {}
        self.weights = torch.nn.ParameterDict()
        self.keys = {}
        frozen = {name for node in self.nodes if node.op_type == "BatchNormalization" for name in node.input[3:5]}
        for name, tensor in self.tensors():
            value = torch.from_numpy(numpy_helper.to_array(tensor).copy())
            if value.dtype == torch.float32 and value.numel() > 1 and name not in frozen:
                self.keys[name] = name.replace(".", "-")
                self.weights[self.keys[name]] = torch.nn.Parameter(value)
            else:
                self.constants[name] = value

    def tensors(self):
        """All stored values with their names, wherever the file keeps them."""
        yield from ((tensor.name, tensor) for tensor in self.model.graph.initializer)
        yield from ((node.output[0], node.attribute[0].t) for node in self.nodes if node.op_type == "Constant")

    def weight(self, name):
        return self.weights[self.keys[name]]

    def run(self, values, until):
        """Values by name in, the value `until` out; what leads to the values given is skipped."""
        known = {**self.constants, **{name: self.weights[key] for name, key in self.keys.items()}, **values}
        nodes = self.needed(until, set(values))
        last = {name: place for place, node in enumerate(nodes) for name in node.input}
        for place, node in enumerate(nodes):
            inputs = [known[name] for name in node.input]
            known[node.output[0]] = OPERATORS[node.op_type](attributes(node), *inputs)
            for name in node.input:
                if last[name] == place:
                    known.pop(name, None)
        return known[until]

    def needed(self, until, given):
        """The nodes that lead from what is given to `until`, in the order of the file."""
        wanted, chosen = {until}, []
        for node in reversed(self.nodes):
            if node.op_type == "Constant" or node.output[0] not in wanted or node.output[0] in given:
                continue
            chosen.append(node)
            wanted.update(node.input)
        return list(reversed(chosen))

    def trained_after(self, since, until):
        """Parameters between two values: training may be confined to the end of the network."""
        names = {name for node in self.needed(until, {since}) for name in node.input}
        return [self.weights[key] for name, key in self.keys.items() if name in names]

    def save(self, path):
        for name, tensor in self.tensors():
            if name in self.keys:
                value = self.weights[self.keys[name]].detach().numpy()
                tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), name))
        # Trained weights may have another shape than the file says of its output.
        self.model.graph.output[0].type.tensor_type.ClearField("shape")
        onnx.save(self.model, path)

    def replace(self, name, value):
        """Puts a weight of another shape in the place of one."""
        self.weights[self.keys[name]] = torch.nn.Parameter(value)


def attributes(node):
    return {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}


def conv(a, x, weight, bias=None):
    top, left, bottom, right = a["pads"]
    if (top, left) != (bottom, right):
        x, top, left = F.pad(x, (left, right, top, bottom)), 0, 0
    return F.conv2d(x, weight, bias, a["strides"], (top, left), a["dilations"], a["group"])


def batch_normalisation(a, x, scale, shift, mean, variance):
    return F.batch_norm(x, mean, variance, scale, shift, False, 0.0, a.get("epsilon", 1e-5))


def average_pool(a, x):
    assert not any(a.get("pads", [0])), "padding is not known"
    return F.avg_pool2d(x, a["kernel_shape"], a["strides"])


def clip(a, x, low=None, high=None):
    return x.clamp(a.get("min", low), a.get("max", high))


def cut(a, x):
    for axis, start, end in zip(a["axes"], a["starts"], a["ends"]):
        x = x.narrow(axis, start, min(end, x.shape[axis]) - start)
    return x


def reshape(_, x, shape):
    sizes = [int(size) for size in shape]
    return x.reshape([x.shape[at] if size == 0 else size for at, size in enumerate(sizes)])


def squeeze(a, x):
    for axis in sorted((axis % x.ndim for axis in a["axes"]), reverse=True):
        x = x.squeeze(axis)
    return x


OPERATORS = {
    "Add": lambda _, x, y: x + y,
    "AveragePool": average_pool,
    "BatchNormalization": batch_normalisation,
    "Cast": lambda a, x: x.long() if a["to"] in (6, 7) else x.float(),
    "Clip": clip,
    "Concat": lambda a, *parts: torch.cat([part.reshape(part.shape or (1,)) for part in parts], a["axis"]),
    "Conv": conv,
    "Div": lambda _, x, y: x / y,
    "GlobalAveragePool": lambda _, x: x.mean((2, 3), keepdim=True),
    "HardSigmoid": lambda a, x: (x * a.get("alpha", 0.2) + a.get("beta", 0.5)).clamp(0, 1),
    "MatMul": lambda _, x, y: x @ y,
    "Mul": lambda _, x, y: x * y,
    "Pow": lambda _, x, y: x**y,
    "ReduceMean": lambda a, x: x.mean(a["axes"], keepdim=bool(a.get("keepdims", 1))),
    "Relu": lambda _, x: F.relu(x),
    "Reshape": reshape,
    "Shape": lambda _, x: torch.tensor(x.shape),
    "Sigmoid": lambda _, x: torch.sigmoid(x),
    "Slice": cut,
    "Softmax": lambda a, x: torch.softmax(x, a.get("axis", -1)),
    "Sqrt": lambda _, x: torch.sqrt(x),
    "Squeeze": squeeze,
    "Sub": lambda _, x, y: x - y,
    "Transpose": lambda a, x: x.permute(a["perm"]),
}
