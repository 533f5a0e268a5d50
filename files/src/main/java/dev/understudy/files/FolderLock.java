package dev.understudy.files;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps others out of a folder: other threads, other processes and, where the file system passes locks on (NFS 4, most
 * cluster file systems), other machines. It is a lock of the operating system on a file, so it ends with the process
 * that holds it, however that process ends; the file itself stays and means nothing. Beside it, {@code <file>.holder}
 * says who holds it, for the message to those who are kept out.
 */
public final class FolderLock implements AutoCloseable {
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
    private static final int LONGEST_HOLDER = 4096;

    /**
     * Lock files that this process holds. The operating system's locks belong to the process, and on Linux closing any
     * channel on a file gives all its locks up: so a second thread must not even open it.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path key;
    private final FileChannel channel;
    private boolean open = true;

    private FolderLock(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Waits for the lock.
     *
     * @param file the lock file; made when missing
     * @param purpose what the holder does, for the others to read: {@code promote v0003}
     * @throws LockedException if somebody else holds it for longer than {@code patience}
     */
    public static FolderLock acquire(Path file, Duration patience, String purpose) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<FolderLock> lock = tryAcquire(file, purpose);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (System.nanoTime() >= end) {
                throw new LockedException(file + ": found it held by " + holder(file)
                        + ", expected nobody at work there; wait until that has ended, or end it");
            }
            pause();
        }
    }

    /** Takes the lock if nobody has it. */
    public static Optional<FolderLock> tryAcquire(Path file, String purpose) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        Files.createDirectories(absolute.getParent());
        Path key = absolute.getParent().toRealPath().resolve(absolute.getFileName());
        if (!HELD_HERE.add(key)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(
                    key, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);
            FileLock lock = channel.tryLock();
            locked = lock != null;
            if (!locked) {
                return Optional.empty();
            }
            AtomicFile.write(holderFile(key), self(purpose));
            return Optional.of(new FolderLock(key, channel));
        } catch (IOException | RuntimeException e) {
            locked = false;
            throw e;
        } finally {
            if (!locked) {
                release(key, channel);
            }
        }
    }

    /** Who holds the lock, as far as can be told. */
    public static String holder(Path file) {
        try (var in = Files.newInputStream(holderFile(file), LinkOption.NOFOLLOW_LINKS)) {
            String text = new String(in.readNBytes(LONGEST_HOLDER), StandardCharsets.UTF_8);
            return text.strip().replaceAll("\\p{Cntrl}", " ");
        } catch (IOException e) {
            return "another process";
        }
    }

    /** Gives the lock up; a second time does nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (open) {
            open = false;
            try {
                Files.deleteIfExists(holderFile(key));
            } finally {
                release(key, channel);
            }
        }
    }

    private static void release(Path key, @org.jspecify.annotations.Nullable FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            HELD_HERE.remove(key);
        }
    }

    private static Path holderFile(Path file) {
        return file.resolveSibling(file.getFileName() + ".holder");
    }

    private static String self(String purpose) {
        return "process " + ProcessHandle.current().pid() + " on " + host() + " (" + purpose + ", since "
                + Clock.systemUTC().instant() + ")\n";
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this machine";
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_TRIES.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockedException("interrupted while waiting for a lock", e);
        }
    }

    /** Somebody else is at work there. Nothing has been touched. */
    public static final class LockedException extends DataException {
        public LockedException(String message) {
            super(message);
        }

        LockedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
