package dev.understudy.files;

import dev.understudy.files.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes a file so that others see the old one or the new one, whole, whatever happens in between: a temporary file
 * beside the target → fsync → rename over the target → fsync of the folder. An existing target is replaced. When the
 * writing fails the temporary file is removed and the target is as it was; after a crash what may be left is a
 * {@value #TEMPORARY_SUFFIX} file that nobody reads.
 *
 * <p>In a {@link Storage} that is not the local disk the file is put there from a temporary one of the local disk, once
 * it is complete.
 *
 * <p>Missing folders are made. The temporary name is unique for each attempt, so several threads or processes may write
 * one target at the same time: the last rename wins.
 */
public final class AtomicFile {
    /** How names of unfinished files end. */
    public static final String TEMPORARY_SUFFIX = ".tmp";

    private static final Pattern UNFINISHED = Pattern.compile("\\..+\\.[0-9a-f-]{36}\\.tmp");
    private static final int BUFFER = 1 << 16;

    private AtomicFile() {}

    /** Fills a stream, which is buffered and need not be closed. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes a file by its path, for libraries that take no stream; the path does not exist when it is called. */
    @FunctionalInterface
    public interface PathContent {
        void writeTo(Path temporary) throws IOException;
    }

    /** Writes {@code target} from a stream; the checksum is taken on the way. */
    public static WrittenFile write(Path target, Content content) throws IOException {
        if (Storage.isRemote(target)) {
            return throughLocalDisk(target, local -> write(local, content));
        }
        Path temporary = temporaryBeside(target);
        try {
            MessageDigest digest = Sha256.digest();
            long size;
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                OutputStream out = new Unclosed(new DigestOutputStream(Channels.newOutputStream(channel), digest));
                content.writeTo(out);
                out.flush();
                channel.force(true);
                size = channel.size();
            }
            publish(temporary, target);
            return new WrittenFile(target, Sha256.hex(digest), size);
        } catch (IOException e) {
            throw naming(target, e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private interface LocalWriting {
        WrittenFile write(Path local) throws IOException;
    }

    private static WrittenFile throughLocalDisk(Path target, LocalWriting writing) throws IOException {
        Path folder = Files.createTempDirectory("understudy-put");
        Path local = folder.resolve("file");
        try {
            WrittenFile written = writing.write(local);
            Storage.of(target).orElseThrow().put(Storage.name(target), Storage.Content.of(local));
            return new WrittenFile(target, written.sha256(), written.size());
        } catch (IOException e) {
            throw naming(target, e);
        } finally {
            Files.deleteIfExists(local);
            Files.deleteIfExists(folder);
        }
    }

    /** Writing says "No space left on device" and not where. */
    private static IOException naming(Path target, IOException e) {
        return e.getClass() == IOException.class
                ? new IOException(target + ": cannot be written: " + e.getMessage(), e)
                : e;
    }

    public static WrittenFile write(Path target, byte[] content) throws IOException {
        return write(target, out -> out.write(content));
    }

    /** Writes {@code text} as UTF-8. */
    public static WrittenFile write(Path target, String text) throws IOException {
        return write(target, text.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #write(Path, Content)} for content that wants a path; the file is read back once for its checksum. */
    public static WrittenFile writePath(Path target, PathContent content) throws IOException {
        if (Storage.isRemote(target)) {
            return throughLocalDisk(target, local -> writePath(local, content));
        }
        Path temporary = temporaryBeside(target);
        try {
            content.writeTo(temporary);
            force(temporary);
            WrittenFile written = new WrittenFile(target, Sha256.of(temporary), Files.size(temporary));
            publish(temporary, target);
            return written;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * A path for an unfinished {@code target}: in its folder, which is made, with a name that nobody else uses. For
     * writers that publish later, by {@link #publish}.
     */
    public static Path temporaryBeside(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.getParent();
        Path name = absolute.getFileName();
        if (folder == null || name == null) {
            throw new IOException(target + " is not the path of a file");
        }
        if (!Storage.isRemote(target)) {
            Files.createDirectories(folder);
        }
        return folder.resolve("." + name + "." + UUID.randomUUID() + TEMPORARY_SUFFIX);
    }

    /** Removes what writers that were killed have left in {@code folder} and below. For who alone writes there. */
    public static void removeUnfinished(Path folder) throws IOException {
        List<Path> unfinished;
        try (Stream<Path> files = Files.walk(folder)) {
            unfinished = files.filter(file -> UNFINISHED
                                    .matcher(String.valueOf(file.getFileName()))
                                    .matches()
                            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : unfinished) {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Gives {@code temporary}, which must be complete and fsynced, the name {@code target} in one step; in a storage
     * that is not the local disk by another copy.
     */
    public static void publish(Path temporary, Path target) throws IOException {
        if (Storage.isRemote(target)) {
            Storage.of(target).orElseThrow().put(Storage.name(target), Storage.Content.of(temporary));
            Files.deleteIfExists(temporary);
            return;
        }
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(target + ": this file system cannot rename in one step; choose another folder", e);
        }
        forceFolder(target.toAbsolutePath().getParent());
    }

    /** Waits until the bytes of {@code file} are on disk. */
    public static void force(Path file) throws IOException {
        if (Storage.isRemote(file)) {
            return; // A storage has what was put there.
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** A rename is on disk only once its folder is. Windows cannot open folders and needs no such thing. */
    private static void forceFolder(Path folder) throws IOException {
        if (java.io.File.separatorChar == '\\') {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Writers like to close what they wrote to; the channel must stay open for its fsync. */
    private static final class Unclosed extends BufferedOutputStream {
        Unclosed(OutputStream out) {
            super(out, BUFFER);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    /**
     * A file that is complete and on disk.
     *
     * @param sha256 of its bytes, lower-case hexadecimal
     * @param size in bytes
     */
    public record WrittenFile(Path path, String sha256, long size) {}
}
