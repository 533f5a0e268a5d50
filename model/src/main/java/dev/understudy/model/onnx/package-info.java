/**
 * ONNX files: {@link dev.understudy.model.onnx.OnnxFile} says what one holds, and whether it may be run at all, before
 * {@link dev.understudy.model.onnx.OnnxNetwork} runs it with ONNX Runtime.
 */
@NullMarked
package dev.understudy.model.onnx;

import org.jspecify.annotations.NullMarked;
