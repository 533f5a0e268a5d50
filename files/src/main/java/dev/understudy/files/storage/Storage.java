package dev.understudy.files.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Files in a storage that is reached over the network, each request taking a while. Names are absolute, with {@code /}
 * between folders. Safe for use by several threads.
 *
 * <p>What everything else may rely on: a file that {@link #put} or {@link #create} has made is there at once for
 * {@link #find} and {@link #open}, whole, whoever asks; {@link #list} may not show it yet, and may still show what was
 * deleted. Nothing can be renamed, and nothing is locked.
 *
 * <p>Methods throw {@link java.nio.file.NoSuchFileException} where there is no such file,
 * {@link java.nio.file.AccessDeniedException} where it may not be touched, and another {@link IOException} where the
 * storage does not answer.
 */
public interface Storage {
    /**
     * A file or folder.
     *
     * @param size in bytes; 0 of a folder
     * @param changed when it was written, as far as the storage knows
     */
    record Entry(String name, boolean isFolder, long size, Instant changed) {}

    /** Bytes to be written, which can be read more than once. */
    interface Content {
        InputStream open() throws IOException;

        static Content of(byte[] bytes) {
            return () -> new ByteArrayInputStream(bytes);
        }

        /** @param file on the local disk */
        static Content of(Path file) {
            return () -> Files.newInputStream(file);
        }
    }

    /** One request. @return empty if there is nothing of that name */
    Optional<Entry> find(String name) throws IOException;

    /** What lies directly in a folder; may lag behind. Empty if there is no such folder. */
    List<Entry> list(String folder) throws IOException;

    /** Opens a file for reading, from its start or from anywhere: who moves the position pays for a request. */
    SeekableByteChannel open(String name) throws IOException;

    /**
     * Writes a file, over what was there. Others see what was there or all of the new bytes. When it fails, the name
     * stands for what it stood for, whatever became of the bytes; if the storage does not answer to the end, it may
     * stand for the new ones.
     */
    void put(String name, Content content) throws IOException;

    /**
     * Writes a small file if there is none of that name: of all who try, one does, and who sees the file sees all of
     * it.
     *
     * @return false if somebody else was first
     */
    boolean create(String name, byte[] content) throws IOException;

    /** Deletes a file or an empty folder; nothing happens if there is none. */
    void delete(String name) throws IOException;

    /** Makes a folder with its parents, where a storage has such things. Files need none to be written. */
    void makeFolder(String name) throws IOException;

    /** The storage that a path leads to; empty for the local disk. */
    static Optional<Storage> of(Path path) {
        return path.getFileSystem() instanceof StorageFileSystem files
                ? Optional.of(files.storage())
                : Optional.empty();
    }

    /** Whether a path leads to another storage than the local disk. */
    static boolean isRemote(Path path) {
        return path.getFileSystem() instanceof StorageFileSystem;
    }

    /** What its storage calls a remote path. */
    static String name(Path path) {
        return StorageFileSystem.own(path).name();
    }
}
