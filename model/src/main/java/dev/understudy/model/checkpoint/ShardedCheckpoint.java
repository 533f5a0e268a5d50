package dev.understudy.model.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint in several files, as Hugging Face's libraries write it: {@code model-00001-of-00003.safetensors} and so
 * on, and {@code model.safetensors.index.json}, which says what tensor is where. Given the index or any of the files,
 * all are read.
 *
 * @param files in order
 * @param index file by tensor; empty where the files' own names must do
 */
record ShardedCheckpoint(List<Path> files, Map<String, Path> index) {
    private static final Pattern SHARD = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})(\\.[A-Za-z]+)");
    private static final String INDEX = ".index.json";
    private static final int MOST_FILES = 256;
    private static final long LARGEST_INDEX = 16 << 20;
    private static final int DEEPEST = 8;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build());

    /**
     * @return empty if the file is a checkpoint by itself
     * @throws CheckpointException if it is one of several of which some are missing, or an index that leads elsewhere
     */
    static Optional<ShardedCheckpoint> of(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(INDEX)) {
            return Optional.of(indexed(file));
        }
        Matcher shard = SHARD.matcher(name);
        if (!shard.matches() || Integer.parseInt(shard.group(3)) < 2) {
            return Optional.empty();
        }
        Path index = file.resolveSibling(shard.group(1) + shard.group(4) + INDEX);
        return Optional.of(Files.exists(index) ? indexed(index) : numbered(file, shard));
    }

    private static ShardedCheckpoint numbered(Path file, Matcher shard) {
        int count = Integer.parseInt(shard.group(3));
        if (count > MOST_FILES) {
            throw new CheckpointException(
                    file + ": is one of " + count + " files, and at most " + MOST_FILES + " are read");
        }
        List<Path> files = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            files.add(file.resolveSibling(
                    String.format(Locale.ROOT, "%s-%05d-of-%s%s", shard.group(1), i, shard.group(3), shard.group(4))));
        }
        return present(file, files, Map.of());
    }

    private static ShardedCheckpoint indexed(Path index) {
        JsonNode map = read(index).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new CheckpointException(index
                    + ": has no weight_map, so it is no index of a checkpoint's files; name the weights themselves");
        }
        Map<String, Path> files = new LinkedHashMap<>();
        map.properties().forEach(entry -> files.put(entry.getKey(), beside(index, entry.getValue())));
        List<Path> distinct = List.copyOf(new TreeSet<>(files.values()));
        if (distinct.size() > MOST_FILES) {
            throw new CheckpointException(
                    index + ": names " + distinct.size() + " files, and at most " + MOST_FILES + " are read");
        }
        return present(index, distinct, files);
    }

    /** A plain name: an index leads nowhere but to its own folder. */
    private static Path beside(Path index, JsonNode value) {
        String name = value.isTextual() ? value.textValue() : "";
        boolean plain = !name.isBlank()
                && !name.startsWith(".")
                && !name.endsWith(INDEX)
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
        if (!plain) {
            throw new CheckpointException(index + ": found the file '" + ByteCursor.quote(name)
                    + "', expected the name of one in the same folder");
        }
        return index.resolveSibling(name);
    }

    private static ShardedCheckpoint present(Path named, List<Path> files, Map<String, Path> index) {
        List<String> missing = files.stream()
                .filter(file -> !Files.isRegularFile(file))
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
        if (!missing.isEmpty()) {
            throw new CheckpointException(named + ": belongs to a checkpoint of " + files.size() + " files, of which "
                    + missing.size() + " are not beside it (" + missing.get(0) + (missing.size() > 1 ? ", …" : "")
                    + "); fetch all of them");
        }
        return new ShardedCheckpoint(files, index);
    }

    private static JsonNode read(Path index) {
        try {
            if (Files.size(index) > LARGEST_INDEX) {
                throw new CheckpointException(
                        index + ": has " + Files.size(index) + " bytes, and an index has at most " + LARGEST_INDEX);
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(index));
            return root == null ? JSON.createObjectNode() : root;
        } catch (JsonProcessingException e) {
            throw new CheckpointException(index + ": is no JSON: " + ByteCursor.quote(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new CheckpointException(index + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** @param shards the tensors of each file */
    Map<String, Tensor> merged(Map<Path, Map<String, Tensor>> shards) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        index.forEach((name, file) -> {
            Tensor tensor = shards.get(file).get(name);
            if (tensor == null) {
                throw new CheckpointException(file + ": lacks the tensor " + ByteCursor.quote(name)
                        + ", which the index says it has; fetch both again");
            }
            tensors.put(name, tensor);
        });
        if (index.isEmpty()) {
            shards.forEach((file, some) -> some.forEach((name, tensor) -> {
                if (tensors.put(name, tensor) != null) {
                    throw new CheckpointException(file + ": has the tensor " + ByteCursor.quote(name)
                            + ", as a file before it; fetch them again");
                }
            }));
        }
        return tensors;
    }
}
