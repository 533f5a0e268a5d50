"""Loads what our writers wrote with PyTorch, strictly, and saves it again in every form that PyTorch has.

Usage: python pytorch_interop.py FOLDER. Reads <name>.pth and <name>.safetensors; writes <name>-<form>.again.
"""
import argparse
import collections
import inspect
import pathlib
import sys

import torch

folder = pathlib.Path(sys.argv[1])
strict = {"weights_only": True} if "weights_only" in inspect.signature(torch.load).parameters else {}


def extras(tensors):
    model = torch.nn.Linear(3, 2)
    optimiser = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 3)).sum().backward()
    optimiser.step()
    found = {
        "epoch": 3,
        "optimizer": optimiser.state_dict(),
        "scheduler": torch.optim.lr_scheduler.MultiStepLR(optimiser, [3, 5]).state_dict(),
        "args": argparse.Namespace(lr=0.1, crop=[400, 400], name="x"),
        "history": collections.defaultdict(list, loss=[1.5, 0.25]),
        "big": 1 << 70,
        "things": [torch.device("cpu"), torch.float32, torch.Size([1, 2]), {1, 2}, None, b"bytes", (True, -1.5), 1 + 2j],
        "state_dict": collections.OrderedDict(("module." + k, v) for k, v in tensors.items()),
    }
    try:
        import numpy

        found["best"] = [numpy.float64(0.5), numpy.array([1.0, 2.0]), numpy.int64(3)]
    except ImportError:
        pass
    return found


def attributed(tensor):
    parameter = torch.nn.Parameter(tensor, requires_grad=False)
    parameter.note = "kept beside the tensor"
    return parameter


def forms(tensors):
    for protocol in (2, 3, 4, 5):
        yield "zip%d" % protocol, tensors, dict(pickle_protocol=protocol)
    for protocol in (1, 2, 4):
        yield "stream%d" % protocol, tensors, dict(pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    yield "extras", extras(tensors), {}
    yield "extras-stream", extras(tensors), dict(_use_new_zipfile_serialization=False)
    yield "parameters", {k: torch.nn.Parameter(v, requires_grad=False) for k, v in tensors.items()}, {}
    yield "attributes", {k: attributed(v) for k, v in tensors.items()}, {}
    yield "transposed", {k: v.t().contiguous().t() if v.dim() == 2 else v for k, v in tensors.items()}, {}
    yield "channels-last", {
        k: v.contiguous(memory_format=torch.channels_last) if v.dim() == 4 else v for k, v in tensors.items()
    }, {}
    module = torch.nn.Module()
    for name, tensor in tensors.items():
        module.register_buffer(name.replace(".", "|"), tensor)
    yield "module", collections.OrderedDict((k.replace("|", "."), v) for k, v in module.state_dict().items()), {}


for file in sorted(folder.glob("*.pth")):
    tensors = torch.load(str(file), **strict)
    assert isinstance(tensors, collections.OrderedDict), type(tensors)
    assert all(v.is_contiguous() for v in tensors.values())
    for form, value, options in forms(tensors):
        torch.save(value, str(folder / ("%s-%s.again" % (file.stem, form))), **options)
    if "mmap" in inspect.signature(torch.load).parameters:
        mapped = torch.load(str(file), mmap=True, weights_only=True)
        assert all(torch.equal(mapped[k], tensors[k]) or tensors[k].isnan().any() for k in tensors)

try:
    from safetensors.torch import load_file, save_file

    for file in sorted(folder.glob("*.safetensors")):
        save_file(load_file(str(file)), str(folder / (file.stem + "-safetensors.again")))
except ImportError:
    print("no safetensors package")
print("torch", torch.__version__)
