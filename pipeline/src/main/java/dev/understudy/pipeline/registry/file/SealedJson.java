package dev.understudy.pipeline.registry.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.understudy.dataset.DataException;
import dev.understudy.dataset.file.AtomicFile;
import dev.understudy.dataset.file.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

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
 */
public record SealedJson<T>(String format, int version, Class<T> type) {
    /** Far above what is written, far below what would hurt. */
    private static final int LARGEST = 16 << 20;

    /** Replaces {@code file} in one step. */
    public void write(Path file, T content) throws IOException {
        AtomicFile.write(file, bytes(content));
    }

    public byte[] bytes(T content) throws IOException {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("format", format);
        envelope.put("version", version);
        envelope.put("sha256", digest(content));
        envelope.put("content", content);
        return StrictJson.MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(envelope);
    }

    /** Checksum of {@code content} as it stands in the file. */
    public String digest(T content) {
        return Sha256.of(StrictJson.canonical(content));
    }

    /** @throws DataException if the file is missing, of another format or damaged */
    public T read(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new DataException(file + ": found no such file, expected " + format + "; restore it from a copy");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        }
        if (bytes.length > LARGEST) {
            throw damaged(file, "more than " + LARGEST + " bytes");
        }
        try {
            return open(file, StrictJson.MAPPER.readTree(bytes));
        } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
            throw new DataException(
                    damaged(file, firstLine(String.valueOf(e.getMessage()))).getMessage(), e);
        }
    }

    private T open(Path file, JsonNode envelope) throws JsonProcessingException {
        if (!envelope.path("format").asText().equals(format)) {
            throw damaged(file, "format '" + envelope.path("format").asText() + "'");
        }
        if (envelope.path("version").asInt() != version) {
            throw new DataException(file + ": found version "
                    + envelope.path("version").asInt() + " of " + format + ", expected " + version
                    + "; use the program that wrote it");
        }
        JsonNode content = envelope.path("content");
        String found = Sha256.of(StrictJson.MAPPER.writeValueAsString(content));
        if (!content.isObject() || !found.equals(envelope.path("sha256").asText())) {
            throw damaged(file, "content with SHA-256 " + found);
        }
        return StrictJson.MAPPER.treeToValue(content, type);
    }

    private DataException damaged(Path file, String found) {
        return new DataException(
                file + ": found " + found + ", expected an unaltered " + format + " file; restore it from a copy");
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("nothing readable");
    }
}
