package dev.understudy.dataset.image;

import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;

/** The sentences in which picture files are refused. */
final class ImageErrors {
    private ImageErrors() {}

    static DataException unexpected(Path file, String found, String expected, String remedy) {
        return new DataException(file + ": found " + found + ", expected " + expected + "; " + remedy);
    }

    static DataException unreadable(Path file, IOException cause) {
        return new DataException(
                file + ": cannot be read (" + cause.getMessage() + "); check the file and its rights", cause);
    }

    static DataException damaged(Path file, ImageHeader header, Exception cause) {
        String reason = String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
        return new DataException(
                file + ": found a damaged " + header.format() + " (" + reason
                        + "), expected a whole one; copy it again",
                cause);
    }
}
