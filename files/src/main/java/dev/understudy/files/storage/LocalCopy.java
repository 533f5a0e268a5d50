package dev.understudy.files.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Files of any storage for libraries that want one of the local disk; what is copied lies in Java's temporary folder. */
public final class LocalCopy {
    private static final int BUFFER = 1 << 20;

    private LocalCopy() {}

    /**
     * Opens a file for reading: itself where it is on the local disk, else a copy that is gone when the channel is closed or
     * the process ends.
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
