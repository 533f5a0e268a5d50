package dev.understudy.files.sealed;

import dev.understudy.files.DataException;

/** Somebody else is at work there. Nothing has been touched. */
public final class LockedException extends DataException {
    public LockedException(String message) {
        super(message);
    }

    LockedException(String message, Throwable cause) {
        super(message, cause);
    }
}
