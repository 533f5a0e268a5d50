package dev.understudy.store;

import java.io.Serializable;

/**
 * Who labelled.
 *
 * @param architecture for example {@code lw-refinenet152}
 * @param checkpointSha256 of the checkpoint file's bytes, lower-case hexadecimal
 */
public record ExpertIdentity(String architecture, String checkpointSha256) implements Serializable {
    public ExpertIdentity {
        if (architecture.isBlank()) {
            throw new IllegalArgumentException("an expert without an architecture");
        }
        if (!checkpointSha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("'" + checkpointSha256 + "' is no SHA-256 in lower-case hexadecimal");
        }
    }
}
