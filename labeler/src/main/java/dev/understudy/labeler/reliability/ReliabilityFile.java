package dev.understudy.labeler.reliability;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * {@code reliability.json} in a store's folder: a {@link ReliabilityModel} with the SHA-256 of what it says. Read as from
 * anywhere: bounded, strict, every node of every tree checked.
 */
public final class ReliabilityFile {
    public static final String NAME = "reliability.json";
    private static final String FORMAT = "understudy reliability";
    private static final int VERSION = 2;
    private static final long MAX_BYTES = 64L << 20;
    private static final String REMEDY = "; run 'calibrate --method learned' again";
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(64)
                            .maxStringLength(1 << 16)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private ReliabilityFile() {}

    public static boolean exists(Path store) {
        return Files.isRegularFile(store.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /** Replaces what is there in one step. */
    public static void write(Path store, ReliabilityModel model) throws IOException {
        String content = MAPPER.writeValueAsString(model);
        ObjectNode node = MAPPER.createObjectNode()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("sha256", Sha256.of(content))
                .putPOJO("content", model);
        AtomicFile.write(store.resolve(NAME), MAPPER.writeValueAsString(node) + "\n");
    }

    /**
     * Takes over what was learned on another store, of other frames that the same experts labelled in the same way.
     *
     * @throws DataException if there is none, it is damaged, or the stores differ in more than their frames
     */
    public static ReliabilityModel copy(LabelStore from, LabelStore to) throws IOException {
        ReliabilityModel model = read(from);
        String fingerprint = to.description().fingerprint().digest();
        if (!model.fingerprint().equals(fingerprint)) {
            throw new DataException(
                    to.path() + ": has the fingerprint " + fingerprint + ", expected " + model.fingerprint()
                            + " of " + from.path()
                            + ": what is known of one expert's labels says nothing of another's, or of labels"
                            + " that were made in another way; label or repair these frames as those were");
        }
        write(to.path(), model);
        return model;
    }

    /** Takes it away, if there is one. */
    public static void remove(Path store) throws IOException {
        Files.deleteIfExists(store.resolve(NAME));
    }

    /** @throws DataException if it is missing, damaged, or was learned on another store */
    public static ReliabilityModel read(LabelStore store) {
        Path file = store.path().resolve(NAME);
        if (!exists(store.path())) {
            throw new DataException(file + ": found no such file, expected what was learned of the store's labels; run"
                    + " 'calibrate --method learned --store " + store.path() + "' first");
        }
        ReliabilityModel model = read(file);
        String fingerprint = store.description().fingerprint().digest();
        if (!model.fingerprint().equals(fingerprint)) {
            throw new DataException(file + ": was learned on a store with fingerprint " + model.fingerprint()
                    + ", expected " + fingerprint + REMEDY);
        }
        return model;
    }

    private static ReliabilityModel read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new DataException(file + ": more than " + MAX_BYTES + " bytes, expected less" + REMEDY);
            }
            JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
            if (!FORMAT.equals(node.path("format").asText())
                    || node.path("version").asInt() != VERSION) {
                throw new DataException(file + ": expected format '" + FORMAT + "', version " + VERSION + REMEDY);
            }
            ReliabilityModel model = MAPPER.treeToValue(node.path("content"), ReliabilityModel.class);
            if (model == null
                    || !Sha256.of(MAPPER.writeValueAsString(model))
                            .equals(node.path("sha256").asText())) {
                throw new DataException(file + ": found other content than its SHA-256 says" + REMEDY);
            }
            return model;
        } catch (JsonProcessingException e) {
            throw new DataException(
                    file + ": "
                            + e.getOriginalMessage().lines().findFirst().orElse("not JSON")
                            + "; the file is damaged" + REMEDY,
                    e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e, e);
        } catch (IllegalArgumentException | NullPointerException | ArrayIndexOutOfBoundsException e) {
            throw new DataException(file + ": makes no sense: " + e.getMessage() + REMEDY, e);
        }
    }
}
