package dev.understudy.store;

import dev.understudy.conf.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One writer a store. The operating system holds the lock and drops it when the process ends, however it ends, so a dead
 * process never locks anybody out; what is written in the file only tells who has it.
 */
final class StoreLock implements AutoCloseable {
    /** Within one process: POSIX drops a file's locks when the process closes any channel to it, so none is opened. */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path key;
    private final FileChannel channel;

    private StoreLock(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /** @throws ConfigurationException if somebody else has it; the message says who */
    static StoreLock acquire(Path file) throws IOException {
        Path key = file.toAbsolutePath().getParent().toRealPath();
        if (!HELD_HERE.add(key)) {
            throw inUse(file, "this process");
        }
        FileChannel channel = null;
        boolean acquired = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(file, Files.readString(file).strip());
            }
            write(channel, owner());
            acquired = true;
            return new StoreLock(key, channel);
        } finally {
            if (!acquired) {
                HELD_HERE.remove(key);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    private static ConfigurationException inUse(Path file, String owner) {
        return new ConfigurationException(file.getParent() + ": another job writes this store (" + owner
                + "); wait for it, stop it, or choose another folder");
    }

    private static String owner() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown host";
        }
        return "process " + ProcessHandle.current().pid() + " on " + host + " since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.truncate(0);
        ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Leaves an empty file: deleting it could take the lock from one who has just opened it. */
    @Override
    public void close() throws IOException {
        try {
            channel.truncate(0);
        } finally {
            channel.close();
            HELD_HERE.remove(key);
        }
    }
}
