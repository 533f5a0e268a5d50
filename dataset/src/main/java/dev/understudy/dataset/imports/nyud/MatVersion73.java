package dev.understudy.dataset.imports.nyud;

import dev.understudy.dataset.imports.nyud.FrameStack.Chunks;
import dev.understudy.files.DataException;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A MATLAB file of version 7.3: HDF5 behind a block of 512 bytes, with the dimensions of every array in reverse and
 * cell arrays as references to datasets. Read in slices, whatever its size.
 *
 * <p>Links are refused, since an external one opens any path; dimensions, types, chunks and filters are checked before
 * memory is given to them; what may be read to find one's way in the file is limited. One thread at a time.
 */
public final class MatVersion73 implements AutoCloseable {
    private static final long STRUCTURE = 256L << 20;
    private static final int MOST_WORDS = 100_000;
    private static final int LONGEST_WORD = 1000;

    private final Path path;
    private final MeteredChannel channel;
    private final HdfFile file;

    /** @throws DataException if the file is missing or damaged, or of another version */
    public MatVersion73(Path path) {
        this.path = path;
        if (!Files.isRegularFile(path)) {
            throw new DataException(
                    path + ": found no such file, expected a MATLAB file of version 7.3; check the path");
        }
        try {
            channel = new MeteredChannel(path);
        } catch (IOException e) {
            throw damaged(e);
        }
        try {
            channel.allow(STRUCTURE);
            file = new HdfFile(channel, path.toUri());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            close(channel);
            throw damaged(e);
        }
    }

    public Path path() {
        return path;
    }

    public boolean has(String name) {
        return guard(() -> file.getChild(name) != null);
    }

    /** An array whose first dimension, as it is in the file, counts frames. */
    public FrameStack stack(String name) {
        return guard(() -> {
            if (!(node(name) instanceof ChunkedDataset dataset)) {
                throw damaged("no chunked array '" + name + "', as MATLAB writes them");
            }
            return new FrameStack(this, dataset);
        });
    }

    /** The words of a cell array of strings, in its order. */
    public List<String> words(String name) {
        return guard(() -> {
            if (!(node(name) instanceof Dataset cells) || !(cells.getDataType() instanceof Reference)) {
                throw damaged("no cell array '" + name + "'");
            }
            ByteBuffer references = SmallData.read(this, cells, 8, MOST_WORDS);
            List<String> words = new ArrayList<>();
            while (references.remaining() >= 8) {
                words.add(word(name, references.getLong()));
            }
            return words;
        });
    }

    private String word(String cell, long address) {
        if (!(file.getNodeByAddress(address) instanceof Dataset dataset)
                || !(dataset.getDataType() instanceof FixedPoint type)
                || type.getSize() != 2) {
            throw damaged("something that is no text in cell array '" + cell + "'");
        }
        // An empty text is kept as its two dimensions, of eight bytes each, and so is no uint16.
        ByteBuffer characters = SmallData.read(this, dataset, 2, LONGEST_WORD);
        StringBuilder word = new StringBuilder();
        while (characters.remaining() >= 2) {
            word.append(characters.getChar());
        }
        return word.toString();
    }

    private Node node(String name) {
        Node node = file.getChild(name);
        if (node == null || node.isLink()) {
            throw damaged((node == null ? "no variable '" : "a link instead of variable '") + name + "'");
        }
        return node;
    }

    /** @param bytes of data that may be read, besides what it takes to find it */
    void allow(long bytes) {
        channel.allow(STRUCTURE + bytes);
    }

    /** Work on the file, with all that the library can throw made one kind of error. */
    <T> T guard(java.util.function.Supplier<T> work) {
        channel.allow(STRUCTURE);
        try {
            return work.get();
        } catch (DataException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw damaged(e);
        }
    }

    DataException damaged(String found) {
        return damaged(found, null);
    }

    DataException damaged(String found, @Nullable Throwable cause) {
        return new DataException(
                path + ": found " + found
                        + "; expected a MATLAB file of version 7.3 as its authors publish it, download it again",
                cause);
    }

    private DataException damaged(Throwable cause) {
        String what = cause instanceof OutOfMemoryError
                ? "sizes beyond all memory"
                : "a damaged file (" + MatErrors.firstLine(deepest(cause)) + ")";
        return damaged(what, cause);
    }

    private static Throwable deepest(Throwable e) {
        Throwable cause = e;
        for (int i = 0; i < 20 && cause.getCause() != null; i++) {
            cause = cause.getCause();
        }
        return cause;
    }

    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void close(MeteredChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It was read only: nothing is lost.
        }
    }

    @Override
    public void close() {
        close(channel);
    }

    /** Reads a vector of a few elements, however it is stored. MATLAB's vectors have one dimension that is not 1. */
    static final class SmallData {
        private SmallData() {}

        static ByteBuffer read(MatVersion73 file, Dataset dataset, int elementSize, int mostElements) {
            int length = 1;
            int along = 0;
            int[] dimensions = dataset.getDimensions();
            for (int i = 0; i < dimensions.length; i++) {
                if (dimensions[i] < 0 || dimensions[i] > mostElements || length > 1 && dimensions[i] > 1) {
                    throw file.damaged(dataset.getPath() + " of " + java.util.Arrays.toString(dimensions)
                            + " elements, expected a vector of " + mostElements + " at most");
                }
                along = dimensions[i] == 1 ? along : i;
                length *= dimensions[i];
            }
            if (dataset.getDataType().getSize() != elementSize) {
                throw file.damaged(dataset.getPath() + " with elements of "
                        + dataset.getDataType().getSize() + " bytes");
            }
            byte[] bytes = new byte[length * elementSize];
            if (dataset instanceof ChunkedDataset chunked) {
                gather(new Chunks(file, chunked, elementSize), dimensions.length, along, bytes, elementSize);
            } else if (dataset instanceof DatasetBase stored && length > 0) {
                ByteBuffer found = stored.getDataBuffer();
                if (found.remaining() < bytes.length) {
                    throw file.damaged(dataset.getPath() + " with too few bytes");
                }
                found.get(bytes);
            }
            return MatVersion73.littleEndian(bytes);
        }

        private static void gather(Chunks chunks, int rank, int along, byte[] bytes, int elementSize) {
            int step = chunks.dimensions()[along];
            // Elements beside the vector's line are padding of the chunk, one after the other of which all but the
            // first skip.
            int stride = elementSize;
            for (int i = along + 1; i < rank; i++) {
                stride *= chunks.dimensions()[i];
            }
            int[] offset = new int[rank];
            for (int from = 0; from * elementSize < bytes.length; from += step) {
                offset[along] = from;
                byte[] chunk = chunks.decode(chunks.raw(offset));
                for (int i = 0; i < step && (from + i) * elementSize < bytes.length; i++) {
                    System.arraycopy(chunk, i * stride, bytes, (from + i) * elementSize, elementSize);
                }
            }
        }
    }

    /**
     * A file that can be read only so much. What is in a file's structure can refer to other parts of it over and over,
     * so that following it never ends although the file is small; each read is charged, and the charge is limited.
     */
    private static final class MeteredChannel implements SeekableByteChannel {
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

    /** What to tell of a library's exception. */
    static final class MatErrors {
        private static final int LONGEST = 120;

        private MatErrors() {}

        static String firstLine(Throwable e) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            String line = message.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
            return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
        }
    }
}
