package dev.understudy.dataset.image;

import dev.understudy.files.DataException;
import dev.understudy.files.storage.Storage;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A picture's file, opened once and read from its start to its end, since to open it again may cost a request: what its
 * header says first, then all of its bytes. For one thread.
 */
final class OpenPicture implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    /** A header of more bytes is an attack; genuine ones have a few thousand, or a preview of some hundred thousand. */
    private static final int LONGEST_HEADER = 16 << 20;

    private final InputStream in;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream(1024);
    private final ImageHeader header;

    private OpenPicture(Path file, InputStream in, long maxPixels) throws IOException {
        this.in = in;
        this.header = ImageHeader.read(file, new Noted(in), maxPixels);
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws DataException if the file is missing, neither PNG nor JPEG, or of more than {@code maxPixels} pixels
     */
    static OpenPicture open(Path file, long maxPixels) throws IOException {
        if (!Storage.isRemote(file) && !Files.isRegularFile(file)) {
            throw missing(file);
        }
        InputStream in;
        try {
            in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        } catch (NoSuchFileException e) {
            throw missing(file);
        }
        try {
            return new OpenPicture(file, in, maxPixels);
        } catch (EOFException e) {
            in.close();
            throw new DataException(
                    file + ": found the end of the file within its header, expected a whole PNG or JPEG; copy it again",
                    e);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static DataException missing(Path file) {
        String found = Files.exists(file) ? "something that is not a file" : "no such file";
        return ImageErrors.unexpected(file, found, "a picture", "check the path");
    }

    ImageHeader header() {
        return header;
    }

    /** The whole file, from its first byte; once. */
    InputStream bytes() {
        return new SequenceInputStream(new ByteArrayInputStream(seen.toByteArray()), in);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Keeps what is read. */
    private final class Noted extends FilterInputStream {
        Noted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) {
                keep(new byte[] {(byte) read}, 0, 1);
            }
            return read;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int read = super.read(to, offset, length);
            if (read > 0) {
                keep(to, offset, read);
            }
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            return Math.max(0, read(new byte[(int) Math.min(bytes, BUFFER)]));
        }

        private void keep(byte[] bytes, int offset, int length) throws IOException {
            if (seen.size() + length > LONGEST_HEADER) {
                throw new IOException("its header has more than " + LONGEST_HEADER + " bytes");
            }
            seen.write(bytes, offset, length);
        }
    }
}
