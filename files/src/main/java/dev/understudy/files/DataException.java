package dev.understudy.files;

import org.jspecify.annotations.Nullable;

/**
 * A file from outside is not what it should be: missing, damaged, of another size, of another format. The message is
 * one line that names the file, what was found, what was expected and what to do. The command line ends with exit
 * code 3.
 */
public class DataException extends RuntimeException {
    /** @param message file, found, expected, remedy */
    public DataException(String message) {
        super(message);
    }

    public DataException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The same, told of {@code subject}: a file, or a frame. */
    public final DataException about(String subject) {
        return new DataException(subject + ": " + getMessage(), this);
    }
}
