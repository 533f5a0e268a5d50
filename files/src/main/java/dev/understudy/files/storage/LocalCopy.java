package dev.understudy.files.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files of any storage for libraries that want one of the local disk; what is copied lies in Java's temporary folder. */
public final class LocalCopy {
    private static final int BUFFER = 1 << 20;

    private LocalCopy() {}

    /**
     * Opens a file for reading: itself where it is on the local disk, else a copy that is gone when the channel is closed or
     * the process ends.
     */
    public static FileChannel open(Path file) throws IOException {
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
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
            return channel.position(0);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
