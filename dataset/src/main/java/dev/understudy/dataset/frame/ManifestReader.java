package dev.understudy.dataset.frame;

import dev.understudy.files.DataException;
import dev.understudy.files.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a manifest line by line in bounded memory. Every record is checked on its own; ids are not compared. One thread
 * at a time.
 */
public final class ManifestReader implements AutoCloseable {
    /** A line with a pose takes about 700 bytes. */
    public static final int MAX_LINE_BYTES = 1 << 16;

    private final Path file;
    private final InputStream in;
    private final FrameJson json = new FrameJson();
    private final byte[] block = new byte[1 << 16];
    private int at;
    private int end;
    private byte[] buffer = new byte[1024];
    private int length;
    private int line;

    /** @throws DataException if there is no such file */
    public ManifestReader(Path file) {
        this.file = file;
        if (!Storage.isRemote(file) && !Files.isRegularFile(file)) {
            throw missing(file);
        }
        try {
            in = Files.newInputStream(file);
            skipMark();
        } catch (NoSuchFileException e) {
            throw missing(file);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static DataException missing(Path file) {
        return new DataException(
                file + ": found " + (Files.exists(file) ? "no file but something else" : "no such file")
                        + ", expected a manifest; check the path");
    }

    /**
     * The next frame, or null after the last. Blank lines are passed over. After an exception the next call goes on
     * with the next line.
     *
     * @throws DataException naming file and line, if the line is not a frame
     */
    public @Nullable FrameRecord next() {
        try {
            while (readLine()) {
                if (!isBlank()) {
                    return json.read(buffer, length);
                }
            }
            return null;
        } catch (FrameJson.BadFrameException e) {
            throw new DataException(file + ":" + line + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The number of the line that was read last, from 1. */
    public int line() {
        return line;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Some editors put a byte-order mark before the first line. */
    private void skipMark() throws IOException {
        end = Math.max(0, in.readNBytes(block, 0, block.length));
        boolean marked = end >= 3 && block[0] == (byte) 0xEF && block[1] == (byte) 0xBB && block[2] == (byte) 0xBF;
        at = marked ? 3 : 0;
    }

    private boolean readLine() throws IOException {
        length = 0;
        if (!fill()) {
            return false;
        }
        line++;
        boolean whole = false;
        while (!whole && fill()) {
            whole = take();
        }
        return true;
    }

    /** Makes sure that the block holds something that was not taken yet; false at the end of the file. */
    private boolean fill() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(block));
        }
        return at < end;
    }

    /** Appends what the block has of the line. @return whether that is all of it */
    private boolean take() throws IOException {
        int stop = at;
        while (stop < end && block[stop] != '\n') {
            stop++;
        }
        int longer = length + stop - at;
        if (longer > MAX_LINE_BYTES) {
            skipLine();
            throw new DataException(file + ":" + line + ": found a line of more than " + MAX_LINE_BYTES
                    + " bytes, expected one frame a line; is this a manifest?");
        }
        if (longer > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(longer, 2 * buffer.length));
        }
        System.arraycopy(block, at, buffer, length, stop - at);
        length = longer;
        boolean whole = stop < end;
        at = whole ? stop + 1 : stop;
        return whole;
    }

    private void skipLine() throws IOException {
        while (fill()) {
            if (block[at++] == '\n') {
                return;
            }
        }
    }

    private boolean isBlank() {
        for (int i = 0; i < length; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private DataException unreadable(IOException e) {
        return new DataException(
                file + ": cannot be read (" + e.getMessage() + "); check the file and the rights to it", e);
    }
}
