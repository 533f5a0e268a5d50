package dev.understudy.model.checkpoint;

import dev.understudy.files.DataException;
import org.jspecify.annotations.Nullable;

/** A checkpoint file that cannot be read, or that belongs to another network. */
public final class CheckpointException extends DataException {
    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
