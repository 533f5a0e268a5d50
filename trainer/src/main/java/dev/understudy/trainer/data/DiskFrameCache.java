package dev.understudy.trainer.data;

import dev.understudy.files.Sha256;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps decoded frames, with what a policy made of their labels, in files of a folder, so that they are decoded and
 * filtered once and not in every epoch. One file a source, frames one after the other as training first asked for them,
 * up to a number of bytes together.
 *
 * <p>A file begins with a digest of what its frames were made from, {@link TrainingSet#origin}: another origin, and it
 * is begun anew. Each frame has a checksum; one that is damaged is made again. Where nothing can be written training
 * goes on without. Frames are the same as without a cache, to the bit. Safe for several threads at once, and for one
 * process.
 */
public final class DiskFrameCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskFrameCache.class);

    private static final String FORMAT = "understudy-frames 1\n";
    private static final int DIGEST = 64;
    private static final int HEADER = FORMAT.length() + DIGEST;
    /** Of a frame: its index, how many bytes follow, the CRC-32C of the index and these. */
    private static final int ENTRY = 3 * Integer.BYTES;

    private final Path folder;
    private final AtomicLong free;
    private final List<CachedFrames> open = new ArrayList<>();

    /** @param bytes of all files together */
    public DiskFrameCache(Path folder, long bytes) {
        this.folder = folder;
        this.free = new AtomicLong(bytes);
    }

    /** The same frames, made once as far as there is room. */
    public TrainingSet over(String name, TrainingSet frames) {
        String file = Sha256.of(name).substring(0, 16) + ".frames";
        try {
            Files.createDirectories(folder);
            CachedFrames cached = new CachedFrames(frames, folder.resolve(file), digest(name, frames));
            open.add(cached);
            return cached;
        } catch (IOException e) {
            LOG.warn("{}: frames are not cached here: {}", folder, e.toString());
            return frames;
        }
    }

    private static String digest(String name, TrainingSet frames) {
        return Sha256.of(name + "\n" + frames.size() + "\n" + frames.origin());
    }

    /** Closes the files and leaves them, for a run that goes on. */
    @Override
    public void close() {
        open.forEach(CachedFrames::close);
        open.clear();
    }

    /** Closes the files and deletes them: training is over. */
    public void delete() {
        List<Path> files = open.stream().map(cached -> cached.file).toList();
        close();
        try {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            if (!files.isEmpty()) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            LOG.warn("{}: cached frames are left over: {}", folder, e.toString());
        }
    }

    private boolean reserve(long bytes) {
        if (free.addAndGet(-bytes) >= 0) {
            return true;
        }
        free.addAndGet(bytes);
        return false;
    }

    /** The frames of one source. */
    private final class CachedFrames implements TrainingSet.Wrapper {
        private final TrainingSet frames;
        private final Path file;
        /** Not a channel, which would be closed under everybody when a loader interrupts the thread that uses it. */
        private final RandomAccessFile disk;

        /** Where frames begin. */
        private final Map<Integer, Entry> entries = new ConcurrentHashMap<>();

        private long end;
        private boolean broken;

        private record Entry(long position, int length, int checksum) {}

        CachedFrames(TrainingSet frames, Path file, String digest) throws IOException {
            this.frames = frames;
            this.file = file;
            this.disk = new RandomAccessFile(file.toFile(), "rw");
            byte[] header = (FORMAT + digest).getBytes(StandardCharsets.US_ASCII);
            if (disk.length() < HEADER || !bytes(disk, 0, HEADER).equals(ByteBuffer.wrap(header))) {
                disk.setLength(0);
                disk.write(header);
            }
            end = HEADER;
            scan();
            if (!reserve(end)) {
                LOG.info("{}: larger than there is room for; begun anew", file);
                entries.clear();
                end = HEADER;
            }
            disk.setLength(end);
        }

        /** Finds the frames of a file that was begun before; what a killed process left unfinished is cut off. */
        private void scan() throws IOException {
            long size = disk.length();
            while (size - end > ENTRY) {
                ByteBuffer entry = bytes(disk, end, ENTRY);
                int index = entry.getInt();
                int length = entry.getInt();
                if (index < 0 || index >= frames.size() || length <= 0 || length > size - end - ENTRY) {
                    return;
                }
                entries.put(index, new Entry(end + ENTRY, length, entry.getInt()));
                end += ENTRY + length;
            }
        }

        @Override
        public TrainingSet frames() {
            return frames;
        }

        @Override
        public TrainingFrame get(int index) {
            Entry entry = entries.get(index);
            TrainingFrame kept = entry == null ? null : read(index, entry);
            if (kept != null) {
                return kept;
            }
            TrainingFrame made = frames.get(index);
            keep(index, made);
            return made;
        }

        /** Null if it is damaged. */
        private @Nullable TrainingFrame read(int index, Entry entry) {
            try (RandomAccessFile own = new RandomAccessFile(file.toFile(), "r")) {
                ByteBuffer bytes = bytes(own, entry.position(), entry.length());
                if (checksum(index, bytes) == entry.checksum()) {
                    return FrameBytes.read(bytes);
                }
            } catch (IOException | IllegalArgumentException e) {
                LOG.debug("{}: frame {}", file, index, e);
            }
            entries.remove(index, entry);
            LOG.warn("{}: frame {} is damaged, and made again", file, index);
            return null;
        }

        private synchronized void keep(int index, TrainingFrame frame) {
            if (broken || entries.containsKey(index)) {
                return;
            }
            ByteBuffer bytes = FrameBytes.of(frame);
            int length = bytes.remaining();
            if (!reserve(ENTRY + length)) {
                return;
            }
            try {
                int checksum = checksum(index, bytes);
                ByteBuffer entry = ByteBuffer.allocate(ENTRY).order(ByteOrder.LITTLE_ENDIAN);
                entry.putInt(index).putInt(length).putInt(checksum);
                disk.seek(end);
                disk.write(entry.array());
                disk.write(bytes.array(), 0, length);
                entries.put(index, new Entry(end + ENTRY, length, checksum));
                end += ENTRY + length;
            } catch (IOException e) {
                broken = true;
                LOG.warn("{}: no more frames are cached: {}", file, e.toString());
            }
        }

        private static ByteBuffer bytes(RandomAccessFile from, long position, int length) throws IOException {
            byte[] bytes = new byte[length];
            from.seek(position);
            from.readFully(bytes);
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        private static int checksum(int index, ByteBuffer bytes) {
            CRC32C checksum = new CRC32C();
            checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, index));
            checksum.update(bytes.duplicate());
            return (int) checksum.getValue();
        }

        private void close() {
            try {
                disk.close();
            } catch (IOException e) {
                LOG.debug("{}", file, e);
            }
        }
    }
}
