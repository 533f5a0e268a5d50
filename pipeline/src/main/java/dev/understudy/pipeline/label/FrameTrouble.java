package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.files.DataException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells what is the fault of a frame from what is not: a picture that is damaged, too large to compute with at its
 * scales, or wants more memory than there is must not end a job of many thousands.
 */
final class FrameTrouble {
    /** As libtorch, ONNX Runtime and the JVM say it, whatever they wrap it in. */
    private static final Pattern NO_MEMORY = Pattern.compile(
            "can't allocate memory|cannot allocate|failed to allocate|not enough memory|out of memory|bad_alloc"
                    + "|direct buffer memory|java heap space|exceeds vm limit");

    private FrameTrouble() {}

    /** @return why the frame cannot be labelled; null if that is nothing that one frame is to blame for */
    static @Nullable DataException of(FrameRecord frame, Throwable failure) {
        if (failure instanceof DataException told) {
            return told;
        }
        if (isMemory(failure)) {
            return new DataException(
                    frame.id()
                            + ": there is not enough memory for it; scale the picture down, use smaller scales, or give"
                            + " the job more memory and label with --retry-quarantined",
                    failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ArithmeticException || cause instanceof NegativeArraySizeException) {
                return new DataException(
                        frame.id() + ": cannot be computed with (" + cause.getMessage()
                                + "); scale the picture down, use"
                                + " smaller scales, or copy it again if it is damaged",
                        failure);
            }
        }
        return null;
    }

    /** As {@link #of}, of what went wrong while the frame was read: then its files are to blame. */
    static @Nullable DataException inFilesOf(FrameRecord frame, Throwable failure) {
        boolean decoded = failure instanceof IndexOutOfBoundsException || failure instanceof IllegalArgumentException;
        return decoded
                ? new DataException(
                        frame.id() + ": cannot be read (" + failure.getMessage() + "); copy its files again", failure)
                : of(frame, failure);
    }

    /** Whether memory ran out, here or in native code. */
    static boolean isMemory(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (NO_MEMORY.matcher(message).find()) {
                return true;
            }
        }
        return false;
    }
}
