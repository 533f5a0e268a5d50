/**
 * Named tensors and the files that carry them. Start at {@link dev.understudy.model.checkpoint.CheckpointReader}, which
 * tells by a file's first bytes which of four containers it is:
 *
 * <ul>
 *   <li>PyTorch zip: {@code PyTorchZip} over {@code ZipDirectory}; written by {@link
 *       dev.understudy.model.checkpoint.PyTorchZipWriter}
 *   <li>PyTorch stream (before 1.6): {@code PyTorchStream}
 *   <li>MXNet {@code .params}: {@code MxnetParams}
 *   <li>safetensors: {@code SafetensorsFile}; written by {@link dev.understudy.model.checkpoint.SafetensorsWriter}
 * </ul>
 *
 * <p>Both PyTorch containers hold a pickle. {@code PickleReader} runs its opcodes and yields plain values; the few
 * globals it knows are in {@code PickleGlobal}, {@code TensorPickle} gives them their meaning, and {@code StateDict}
 * picks the tensors of the network out of what an author saved around them.
 *
 * <p>A checkpoint is a stranger's file. Reading one runs no code; every length, offset and stride is checked against
 * the bytes that are there before anything is allocated; nothing recurses over the file's nesting; all failures are a
 * {@link dev.understudy.model.checkpoint.CheckpointException} of one line. The file is mapped, and tensors that are
 * contiguous in it are windows onto the mapping.
 *
 * <p>This package knows no engine.
 */
@NullMarked
package dev.understudy.model.checkpoint;

import org.jspecify.annotations.NullMarked;
