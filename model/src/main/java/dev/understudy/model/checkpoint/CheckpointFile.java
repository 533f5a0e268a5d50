package dev.understudy.model.checkpoint;

import dev.understudy.model.checkpoint.CheckpointReader.CheckpointContainer;
import java.nio.file.Path;

/**
 * A checkpoint with what is to be known about its file.
 *
 * @param bytes size of the file, or of all files if the checkpoint is in several
 * @param sha256 of the file, lower-case hexadecimal; of several files that of their checksums, one a line
 * @param checkpoint the tensors under the names as stored: a level such as {@code state_dict} is gone, a {@code
 *     module.} prefix is not; {@link Checkpoint#normalised()} takes that off
 */
public record CheckpointFile(
        Path path, CheckpointContainer container, long bytes, String sha256, Checkpoint checkpoint) {}
