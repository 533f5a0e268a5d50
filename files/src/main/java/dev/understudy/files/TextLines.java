package dev.understudy.files;

import dev.understudy.files.storage.Storage;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The lines of somebody else's text file, in bounded memory: a file without one line's end takes no more than
 * {@code longest} characters. Lines end with LF, CR LF or CR. UTF-8, or UTF-16 where the file's first bytes say so;
 * that mark is no part of the first line. One thread at a time.
 */
public final class TextLines implements AutoCloseable {
    private static final int MARK_BYTES = 3;
    private static final int END = -1;

    private final Path file;
    private final Reader in;
    private final int longest;
    private final int most;
    private final StringBuilder text = new StringBuilder();
    private int number;
    private boolean afterReturn;

    /**
     * @param longest characters that a line may have
     * @param most lines that the file may have
     * @throws DataException if there is no such file
     */
    public TextLines(Path file, int longest, int most) {
        this.file = file;
        this.longest = longest;
        this.most = most;
        if (!Storage.isRemote(file) && !Files.isRegularFile(file)) {
            throw noFile();
        }
        try {
            this.in = open(file);
        } catch (NoSuchFileException e) {
            throw noFile();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private DataException noFile() {
        return new DataException(
                file + ": found " + (Files.exists(file) ? "no file but something else" : "no such file")
                        + ", expected a text file; check the path");
    }

    private static Reader open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(MARK_BYTES);
            byte[] first = in.readNBytes(MARK_BYTES);
            in.reset();
            Charset charset = charset(first);
            in.skipNBytes(marked(first, 0xEF, 0xBB, 0xBF) ? 3 : charset == StandardCharsets.UTF_8 ? 0 : 2);
            return new BufferedReader(new InputStreamReader(
                    in,
                    charset.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)));
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static Charset charset(byte[] first) {
        if (marked(first, 0xFF, 0xFE)) {
            return StandardCharsets.UTF_16LE;
        }
        return marked(first, 0xFE, 0xFF) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    }

    private static boolean marked(byte[] first, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= first.length || (first[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The next line without its end, or null after the last.
     *
     * @throws DataException if it is too long, one too many, or no text
     */
    public @Nullable String next() {
        try {
            return readLine() ? text.toString() : null;
        } catch (CharacterCodingException e) {
            throw new DataException(
                    file + ": found bytes that are no UTF-8, expected a text file; save it as UTF-8", e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private boolean readLine() throws IOException {
        text.setLength(0);
        int c = in.read();
        if (c == '\n' && afterReturn) {
            c = in.read();
        }
        afterReturn = false;
        if (c == END) {
            return false;
        }
        if (++number > most) {
            throw new DataException(
                    file + ": found more than " + most + " lines, expected at most that many; is this the right file?");
        }
        for (; c != END && c != '\n' && c != '\r'; c = in.read()) {
            if (text.length() == longest) {
                throw new DataException(file + ":" + number + ": found a line of more than " + longest
                        + " characters, expected shorter ones; is this the right file?");
            }
            text.append((char) c);
        }
        afterReturn = c == '\r';
        return true;
    }

    /** The number of the line that was read last, from 1. */
    public int number() {
        return number;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private DataException unreadable(IOException e) {
        String why = e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
        return new DataException(file + ": cannot be read (" + why + "); check the file and the rights to it", e);
    }
}
