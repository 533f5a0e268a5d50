package dev.understudy.dataset.imports.matlab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that can be read only so much. What is in a file's structure can refer to other parts of it over and over, so
 * that following it never ends although the file is small; each read is charged, and the charge is limited.
 */
final class MeteredChannel implements SeekableByteChannel {
    private static final int LEAST_CHARGE = 1 << 10;

    private final FileChannel file;
    private long left;

    MeteredChannel(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ);
    }

    /** From now on, {@code bytes} may be read; a read counts as 1 KiB at least. */
    synchronized void allow(long bytes) {
        left = bytes;
    }

    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        left -= Math.max(LEAST_CHARGE, target.remaining());
        if (left < 0) {
            throw new IOException("its parts refer to each other without end");
        }
        return file.read(target);
    }

    @Override
    public synchronized long position() throws IOException {
        return file.position();
    }

    @Override
    public synchronized SeekableByteChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        throw new IOException("read only");
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        throw new IOException("read only");
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
