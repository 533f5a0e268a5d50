package dev.understudy.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON file that says what it is and carries the checksum of its content:
 *
 * <pre>{@code
 * {"format": "understudy-aliases", "version": 1, "sha256": "…", "content": {…}}
 * }</pre>
 *
 * The checksum is over {@link StrictJson#canonical} of the content, so a file may be indented anew but not altered. It
 * shows damage and edits by hand; it is no signature.
 *
 * @param format name of the format
 * @param version of the format; a file of another version is refused
 * @param largest size of a file in bytes: what is longer is neither written nor read
 * @param remedy what a user can do about a file that is not as it should be
 */
public record SealedJson<T>(String format, int version, Class<T> type, long largest, String remedy) {
    /** Far above what is written by most, far below what would hurt. */
    private static final long USUAL = 32 << 20;

    public SealedJson(String format, int version, Class<T> type) {
        this(format, version, type, USUAL);
    }

    public SealedJson(String format, int version, Class<T> type, long largest) {
        this(format, version, type, largest, "restore it from a copy");
    }

    /**
     * Replaces {@code file} in one step.
     *
     * @throws DataException if it would be larger than what is read; {@code file} is as it was then
     */
    public void write(Path file, T content) throws IOException {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("format", format);
        envelope.put("version", version);
        envelope.put("sha256", digest(content));
        envelope.put("content", content);
        ObjectWriter writer = StrictJson.MAPPER.writer(SerializationFeature.INDENT_OUTPUT);
        AtomicFile.write(file, out -> writer.writeValue(new Bounded(out, file), envelope));
    }

    /** Checksum of {@code content} as it stands in the file. */
    public String digest(T content) {
        MessageDigest digest = Sha256.digest();
        StrictJson.writeCanonical(content, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        return Sha256.hex(digest);
    }

    /** @throws DataException if the file is missing, of another format, too large or damaged */
    public T read(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new DataException(file + ": found no such file, expected " + format + "; " + remedy);
        }
        if (Files.size(file) > largest) {
            throw damaged(file, "more than " + largest + " bytes");
        }
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = StrictJson.MAPPER.createParser(in)) {
            return new Envelope(file, parser).content();
        } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
            throw new DataException(
                    damaged(file, firstLine(String.valueOf(e.getMessage()))).getMessage(), e);
        }
    }

    /** A file as it is passed over; its keys may come in any order. What it holds is never there twice. */
    private final class Envelope {
        private final Path file;
        private final JsonParser parser;
        private String sha256 = "";
        private boolean isOurs;
        private boolean isOfVersion;
        private @Nullable T content;

        Envelope(Path file, JsonParser parser) {
            this.file = file;
            this.parser = parser;
        }

        T content() throws IOException {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    field(parser.currentName());
                }
            }
            if (!isOurs) {
                throw damaged(file, "no format");
            }
            if (!isOfVersion || content == null || parser.nextToken() != null) {
                throw damaged(file, "no version, no content, or something behind its end");
            }
            String found = digest(content);
            if (!found.equals(sha256)) {
                throw damaged(file, "content with SHA-256 " + found);
            }
            return content;
        }

        private void field(String name) throws IOException {
            parser.nextToken();
            switch (name) {
                case "format" -> checkFormat(parser.getValueAsString(""));
                case "version" -> checkVersion(parser.getValueAsInt());
                case "sha256" -> sha256 = parser.getValueAsString("");
                case "content" -> content = contentReader().readValue(parser);
                default -> parser.skipChildren();
            }
        }

        /** What comes behind the content is the envelope's. */
        private ObjectReader contentReader() {
            return StrictJson.MAPPER.readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        }

        private void checkFormat(String found) {
            if (!found.equals(format)) {
                throw damaged(file, "format '" + found + "'");
            }
            isOurs = true;
        }

        private void checkVersion(int found) {
            if (found != version) {
                throw new DataException(file + ": found version " + found + " of " + format + ", expected " + version
                        + "; use the program that wrote it");
            }
            isOfVersion = true;
        }
    }

    private DataException damaged(Path file, String found) {
        return new DataException(file + ": found " + found + ", expected an unaltered " + format + " file; " + remedy);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("nothing readable");
    }

    /** Passes on as many bytes as may be read back. */
    private final class Bounded extends FilterOutputStream {
        private final Path file;
        private long written;

        Bounded(OutputStream out, Path file) {
            super(out);
            this.file = file;
        }

        @Override
        public void write(int b) throws IOException {
            count(1);
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            count(length);
            out.write(bytes, offset, length);
        }

        private void count(int more) {
            written += more;
            if (written > largest) {
                throw new DataException(file + ": found more to write than the " + largest + " bytes that a " + format
                        + " file may have, expected less; nothing was written");
            }
        }
    }
}
