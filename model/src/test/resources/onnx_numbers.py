"""Runs ONNX files with ONNX Runtime's own Python package.

onnx_numbers.py FOLDER: lets onnx.checker look at each NAME.onnx, where the onnx package is, and for each NAME.onnx with NAME-input.npy in the folder writes NAME-OUTPUT.npy for each of its outputs.
The stored small-network.npy was made by it from the file and the input that OnnxInteropIT writes.
"""
import os
import pathlib
import sys

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import numpy
import onnxruntime

try:
    import onnx
except ImportError:
    onnx = None

folder = pathlib.Path(sys.argv[1])
for file in sorted(folder.glob("*.onnx")):
    if onnx:
        onnx.checker.check_model(str(file), full_check=True)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    picture = numpy.load(folder / (file.stem + "-input.npy"))
    if session.get_inputs()[0].type == "tensor(uint8)":
        picture = picture.astype(numpy.uint8)
    names = [output.name for output in session.get_outputs()]
    for name, values in zip(names, session.run(names, {session.get_inputs()[0].name: picture})):
        numpy.save(folder / f"{file.stem}-{name}.npy", values.astype(numpy.float32))
