package dev.understudy.store;

import java.io.Serializable;

/**
 * A file of a shard as it was when it was written.
 *
 * @param sha256 of its bytes, lower-case hexadecimal
 */
public record StoredFile(long bytes, String sha256) implements Serializable {}
