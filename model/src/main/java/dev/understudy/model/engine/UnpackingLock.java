package dev.understudy.model.engine;

import dev.understudy.conf.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Held while natives are unpacked and loaded, by one process at a time; the system takes it from a process that dies. */
final class UnpackingLock implements AutoCloseable {
    private static final long POLL_MILLIS = 100;

    private final FileChannel channel;

    private UnpackingLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @param patience how long to wait for whoever has it
     * @throws ConfigurationException if that was not enough; the message says who has it
     */
    static UnpackingLock acquire(Path file, Duration patience) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        boolean acquired = false;
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            while (tryLock(channel) == null) {
                if (System.nanoTime() > deadline) {
                    throw new ConfigurationException(file + ": process " + owner(file)
                            + " has been unpacking native libraries for more than " + patience.toSeconds()
                            + " s; stop it if it hangs, or set DJL_CACHE_DIR to another folder");
                }
                Thread.sleep(POLL_MILLIS);
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            acquired = true;
            return new UnpackingLock(channel);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another process unpacked", e);
        } finally {
            if (!acquired) {
                channel.close();
            }
        }
    }

    /** @return null if somebody else has it, in this process or another */
    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String owner(Path file) {
        try {
            String pid = Files.readString(file, StandardCharsets.US_ASCII).strip();
            return pid.isEmpty() ? "of unknown number" : pid;
        } catch (IOException e) {
            return "of unknown number";
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
