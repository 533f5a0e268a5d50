package dev.understudy.files.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * A storage as bad as real ones can be: every request takes its time, listings lag, a put fails half-way. Settings may
 * be changed at any time.
 */
public final class FaultyStorage implements Storage {
    private final Storage storage;
    private final AtomicLong requests = new AtomicLong();
    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private volatile long delayMillis;
    private volatile boolean lagging;
    private volatile Predicate<String> failing = name -> false;

    public FaultyStorage(Storage storage) {
        this.storage = storage;
    }

    /** Of every request. */
    public FaultyStorage delay(long millis) {
        delayMillis = millis;
        return this;
    }

    /** Listings show nothing that was written from now on, and all that was deleted. */
    public FaultyStorage lag(boolean lag) {
        lagging = lag;
        return this;
    }

    /** Writing files of these names fails in the middle. */
    public FaultyStorage fail(Predicate<String> names) {
        failing = names;
        return this;
    }

    /** How many requests there were. */
    public long requests() {
        return requests.get();
    }

    private void request() throws IOException {
        requests.incrementAndGet();
        try {
            Thread.sleep(delayMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public Optional<Entry> find(String name) throws IOException {
        request();
        return storage.find(name);
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        request();
        return storage.list(folder).stream()
                .filter(entry -> !lagging || !written.contains(entry.name()))
                .toList();
    }

    @Override
    public SeekableByteChannel open(String name) throws IOException {
        request();
        return new Slow(storage.open(name));
    }

    @Override
    public void put(String name, Content content) throws IOException {
        request();
        note(name);
        storage.put(name, failing.test(name) ? () -> new Torn(content.open()) : content);
    }

    @Override
    public boolean create(String name, byte[] content) throws IOException {
        request();
        note(name);
        if (failing.test(name)) {
            throw new IOException(name + ": the connection was closed");
        }
        return storage.create(name, content);
    }

    private void note(String name) {
        if (lagging) {
            written.add(name);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        request();
        storage.delete(name);
    }

    @Override
    public void makeFolder(String name) throws IOException {
        request();
        storage.makeFolder(name);
    }

    /** Ends with an error after a few bytes. */
    private static final class Torn extends FilterInputStream {
        private int left = 10;

        Torn(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            tear(1);
            return in.read();
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            tear(1);
            return in.read(to, offset, Math.min(length, left + 1));
        }

        private void tear(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("the connection was closed");
            }
        }
    }

    /** The first bytes after opening and after each jump cost a request. */
    private final class Slow implements SeekableByteChannel {
        private final SeekableByteChannel channel;
        private boolean streaming;

        Slow(SeekableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            if (!streaming) {
                request();
                streaming = true;
            }
            return channel.read(to);
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            streaming = streaming && position == channel.position();
            channel.position(position);
            return this;
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
