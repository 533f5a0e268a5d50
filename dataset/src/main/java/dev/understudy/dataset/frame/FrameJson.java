package dev.understudy.dataset.frame;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.conf.Suggestion;
import java.io.IOException;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A line of a manifest ↔ {@link FrameRecord}. What many lines share is kept once. One thread at a time. */
final class FrameJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectReader READER = MAPPER.reader()
            .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final List<String> KEYS = List.of(
            "id",
            "rgb",
            "depth",
            "segmentation",
            "normals",
            "split",
            "classes",
            "depthScale",
            "scene",
            "pose",
            "intrinsics");
    private static final List<String> INTRINSICS_KEYS = List.of("fx", "fy", "cx", "cy");
    private static final int MOST_SHARED = 10_000;

    private final Map<Object, Object> shared = new HashMap<>();

    /** What is wrong with a line, in words that follow the file's name and the line's number. */
    static final class BadFrameException extends Exception {
        BadFrameException(String message) {
            super(message);
        }

        BadFrameException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    FrameRecord read(byte[] line, int length) throws BadFrameException {
        JsonNode node = parse(line, length);
        if (!(node instanceof ObjectNode)) {
            throw new BadFrameException("found " + kind(node) + ", expected a JSON object that describes one frame");
        }
        checkKeys(node, KEYS);
        FrameRecord frame = FrameRecord.of(require(text(node, "id"), "id"), require(text(node, "rgb"), "rgb"))
                .depth(text(node, "depth"))
                .segmentation(text(node, "segmentation"))
                .normals(text(node, "normals"))
                .split(share(text(node, "split")))
                .classes(share(text(node, "classes")))
                .depthScale(share(number(node, "depthScale")))
                .scene(share(text(node, "scene")))
                .pose(pose(node))
                .intrinsics(share(intrinsics(node)))
                .build();
        Optional<String> problem = FrameRules.problem(frame);
        if (problem.isPresent()) {
            throw new BadFrameException(problem.get());
        }
        return frame;
    }

    /** One line without its end; what is null is left out. */
    static String write(FrameRecord frame) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("id", frame.id()).put("rgb", frame.rgb());
        putText(node, "depth", frame.depth());
        putText(node, "segmentation", frame.segmentation());
        putText(node, "normals", frame.normals());
        putText(node, "split", frame.split());
        putText(node, "classes", frame.classes());
        if (frame.depthScale() != null) {
            node.put("depthScale", frame.depthScale());
        }
        putText(node, "scene", frame.scene());
        if (frame.pose() != null) {
            ArrayNode pose = node.putArray("pose");
            frame.pose().forEach(pose::add);
        }
        if (frame.intrinsics() != null) {
            Intrinsics camera = frame.intrinsics();
            node.putObject("intrinsics")
                    .put("fx", camera.fx())
                    .put("fy", camera.fy())
                    .put("cx", camera.cx())
                    .put("cy", camera.cy());
        }
        return node.toString();
    }

    private static void putText(ObjectNode node, String key, @Nullable String value) {
        if (value != null) {
            node.put(key, value);
        }
    }

    private static JsonNode parse(byte[] line, int length) throws BadFrameException {
        try {
            return READER.readTree(line, 0, length);
        } catch (JsonProcessingException e) {
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            throw new BadFrameException(
                    "found no JSON at column " + column + " ("
                            + e.getOriginalMessage().lines().findFirst().orElse("")
                            + "), expected a JSON object; correct the line",
                    e);
        } catch (IOException e) {
            throw new BadFrameException(
                    "found text that is not UTF-8 JSON (" + e.getMessage() + "); save it as UTF-8", e);
        }
    }

    private static void checkKeys(JsonNode node, List<String> known) throws BadFrameException {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new BadFrameException(
                        "found unknown key '" + FrameRules.shown(name) + "'; " + Suggestion.phrase(name, known));
            }
        }
    }

    private static <T> T require(@Nullable T value, String key) throws BadFrameException {
        if (value == null) {
            throw new BadFrameException("found no '" + key + "', expected one in every line; add it");
        }
        return value;
    }

    private static @Nullable String text(JsonNode node, String key) throws BadFrameException {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new BadFrameException("found " + kind(value) + " for '" + key + "', expected text");
        }
        return value.textValue();
    }

    private static @Nullable Double number(JsonNode node, String key) throws BadFrameException {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            throw new BadFrameException("found " + kind(value) + " for '" + key + "', expected a number");
        }
        return value.doubleValue();
    }

    private static @Nullable List<Double> pose(JsonNode node) throws BadFrameException {
        JsonNode value = node.path("pose");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isArray() || value.size() != FrameRules.POSE_LENGTH) {
            throw new BadFrameException("found " + kind(value) + " of " + value.size()
                    + " for 'pose', expected 16 numbers: camera to world, row by row");
        }
        double[] numbers = new double[FrameRules.POSE_LENGTH];
        for (int i = 0; i < numbers.length; i++) {
            if (!value.get(i).isNumber()) {
                throw new BadFrameException("found " + kind(value.get(i)) + " in 'pose', expected 16 numbers");
            }
            numbers[i] = value.get(i).doubleValue();
        }
        return new Numbers(numbers);
    }

    private static @Nullable Intrinsics intrinsics(JsonNode node) throws BadFrameException {
        JsonNode value = node.path("intrinsics");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isObject()) {
            throw new BadFrameException("found " + kind(value) + " for 'intrinsics', expected {fx, fy, cx, cy}");
        }
        checkKeys(value, INTRINSICS_KEYS);
        try {
            return new Intrinsics(
                    require(number(value, "fx"), "fx"),
                    require(number(value, "fy"), "fy"),
                    require(number(value, "cx"), "cx"),
                    require(number(value, "cy"), "cy"));
        } catch (IllegalArgumentException e) {
            throw new BadFrameException("found " + e.getMessage() + " in 'intrinsics'; correct it", e);
        }
    }

    @SuppressWarnings("unchecked")
    private <T> @Nullable T share(@Nullable T value) {
        if (value == null || shared.size() >= MOST_SHARED) {
            return value;
        }
        return (T) shared.computeIfAbsent(value, same -> same);
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            default -> "nothing";
        };
    }

    /** Sixteen numbers in a fifth of the memory of sixteen objects. */
    private static final class Numbers extends AbstractList<Double> implements RandomAccess, Serializable {
        private final double[] values;

        Numbers(double[] values) {
            this.values = values;
        }

        @Override
        public Double get(int index) {
            return values[index];
        }

        @Override
        public int size() {
            return values.length;
        }
    }
}
