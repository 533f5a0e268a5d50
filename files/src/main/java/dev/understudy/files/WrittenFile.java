package dev.understudy.files;

import java.nio.file.Path;

/**
 * A file that is complete and on disk.
 *
 * @param sha256 of its bytes, lower-case hexadecimal
 * @param size in bytes
 */
public record WrittenFile(Path path, String sha256, long size) {}
