/**
 * Networks for others to run. Start at {@link dev.understudy.model.export.OnnxExport}, which writes a network as an
 * ONNX file, or {@link dev.understudy.model.export.TorchScriptExport}; names of tensors say their layout ({@code
 * imageNchw}) where it matters.
 */
@NullMarked
package dev.understudy.model.export;

import org.jspecify.annotations.NullMarked;
