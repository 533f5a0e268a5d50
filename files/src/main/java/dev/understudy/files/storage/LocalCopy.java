package dev.understudy.files.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files of any storage for libraries that want one of the local disk; what is copied lies in Java's temporary folder.
 * Safe for several threads.
 */
public final class LocalCopy {
    private static final int BUFFER = 1 << 20;

    /** What was copied, as it was then, by its path. */
    private static final Map<Path, Storage.Entry> COPIED = new HashMap<>();

    /** By a file's folder the one that stands for it here. */
    private static final Map<Path, Path> FOLDERS = new HashMap<>();

    private static @Nullable Path kept;

    private LocalCopy() {}

    /**
     * A file for a library that opens it by its name: itself where it is on the local disk, else a copy of that name,
     * which stays until this process ends. It is copied again when it has changed; who has the earlier copy open keeps
     * that.
     */
    public static Path file(Path file) throws IOException {
        return beside(file, file.getFileName().toString());
    }

    /**
     * What lies at {@code relative} to a file's folder, as {@link #file}: copies lie as their originals do.
     *
     * @param relative checked by the caller not to lead out of that folder
     */
    public static synchronized Path beside(Path file, String relative) throws IOException {
        Path original = file.resolveSibling(relative);
        if (!Storage.isRemote(file)) {
            return original;
        }
        Path folder = file.toAbsolutePath().getParent();
        Path copies = keptFolder();
        Path copy = FOLDERS.computeIfAbsent(folder, one -> copies.resolve("folder-" + FOLDERS.size()))
                .resolve(relative);
        Storage.Entry found = Storage.of(original)
                .orElseThrow()
                .find(Storage.name(original))
                .orElseThrow(() -> new NoSuchFileException(original.toString()));
        if (!found.equals(COPIED.get(original))) {
            Files.createDirectories(copy.getParent());
            Path temporary = copy.resolveSibling(UUID.randomUUID().toString());
            try (InputStream in = Files.newInputStream(original)) {
                Files.copy(in, temporary);
                Files.move(temporary, copy, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            COPIED.put(original, found);
        }
        return copy;
    }

    private static Path keptFolder() throws IOException {
        if (kept == null) {
            Path folder = Files.createTempDirectory("understudy-copies");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder), "remove-copies"));
            kept = folder;
        }
        return kept;
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // The process ends; whoever cleans the temporary folder finds the rest.
        }
    }

    /**
     * Opens a file for reading: itself where it is on the local disk, else a copy that is gone when the channel is
     * closed or the process ends.
     */
    public static FileChannel open(Path file) throws IOException {
        return open(file, null);
    }

    /**
     * As {@link #open(Path)}; a copy is compared with what the file has to be.
     *
     * @param sha256 of its bytes, lower-case hexadecimal; null to take what there is
     * @throws IOException also if it has another checksum
     */
    public static FileChannel open(Path file, @Nullable String sha256) throws IOException {
        if (!Storage.isRemote(file)) {
            return FileChannel.open(file, StandardOpenOption.READ);
        }
        Path copy = Path.of(System.getProperty("java.io.tmpdir"), "understudy-copy-" + UUID.randomUUID());
        FileChannel channel = FileChannel.open(
                copy,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.DELETE_ON_CLOSE);
        try (InputStream in = Files.newInputStream(file)) {
            OutputStream out = Channels.newOutputStream(channel);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                digest.update(buffer, 0, read);
            }
            String found = HexFormat.of().formatHex(digest.digest());
            if (sha256 != null && !sha256.equals(found)) {
                throw new IOException("SHA-256 " + found + ", expected " + sha256 + ": its bytes have changed");
            }
            return channel.position(0);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
