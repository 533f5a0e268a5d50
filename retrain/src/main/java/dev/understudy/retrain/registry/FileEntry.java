package dev.understudy.retrain.registry;

/**
 * A file of a version.
 *
 * @param name in the version's folder, {@code [A-Za-z0-9._-]+}
 * @param sha256 of its bytes, lower-case hexadecimal
 */
public record FileEntry(String name, long bytes, String sha256) {
    static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}";

    public FileEntry {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException("'" + name + "' is no plain file name");
        }
        if (bytes < 0) {
            throw new IllegalArgumentException(name + " has " + bytes + " bytes");
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("'" + sha256 + "' is no SHA-256 in lower-case hexadecimal");
        }
    }
}
