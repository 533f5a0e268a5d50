package dev.understudy.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** {@code store.json}: the description with a format name at its head and its fingerprint's digest at its end. */
final class StoreDescriptionFile {
    private static final String FORMAT = "understudy label store";
    private static final long MAX_BYTES = 8 << 20;

    /** What stores of the same format did not say at first; they mean null. */
    private static final List<String> NEWER = List.of("ownClasses", "knownClasses", "engine", "derivation");

    private StoreDescriptionFile() {}

    static void write(Path file, StoreDescription description) throws IOException {
        ObjectNode node = StoreJson.MAPPER.createObjectNode().put("format", FORMAT);
        node.setAll((ObjectNode) StoreJson.MAPPER.valueToTree(description));
        node.put("fingerprint", description.fingerprint().digest());
        AtomicFile.write(file, node.toPrettyString() + "\n");
    }

    static StoreDescription read(Path file) {
        JsonNode node = parse(file);
        if (!(node instanceof ObjectNode object)
                || !FORMAT.equals(object.path("format").asText())) {
            throw new DataException(file + ": does not say \"format\": \"" + FORMAT + "\"; it is not a label store");
        }
        int version = object.path("formatVersion").asInt();
        if (version < StoreDescription.OLDEST_VERSION || version > StoreDescription.FORMAT_VERSION) {
            throw new DataException(file + ": format version " + version + ", this program reads "
                    + StoreDescription.OLDEST_VERSION + " to " + StoreDescription.FORMAT_VERSION
                    + "; use the version of understudy that wrote the store");
        }
        String digest = object.path("fingerprint").asText();
        object.remove("format");
        object.remove("fingerprint");
        NEWER.stream().filter(name -> !object.has(name)).forEach(object::putNull);
        StoreDescription description = bind(file, object);
        if (!description.fingerprint().digest().equals(digest)) {
            throw new DataException(file + ": fingerprint " + digest + " is not that of what is described, "
                    + description.fingerprint().digest() + "; the file was edited, put it back as it was");
        }
        return description;
    }

    private static JsonNode parse(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new DataException(file + ": " + Files.size(file) + " bytes, expected at most " + MAX_BYTES);
            }
            return StoreJson.MAPPER.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": not found; expected the folder of a label store", e);
        } catch (JsonProcessingException e) {
            throw StoreJson.damaged(file.toString(), e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e, e);
        }
    }

    private static StoreDescription bind(Path file, ObjectNode object) {
        try {
            return StoreJson.MAPPER.treeToValue(object, StoreDescription.class);
        } catch (JsonProcessingException e) {
            throw StoreJson.damaged(file.toString(), e);
        }
    }
}
