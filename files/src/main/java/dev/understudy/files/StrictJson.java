package dev.understudy.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * JSON as it is kept in files: records as objects, instants as ISO 8601, numbers that are not finite as {@code "NaN"}
 * and the like. Unknown, missing and duplicate keys are errors.
 */
public final class StrictJson {
    private static final int DEEPEST = 32;

    /** Safe for use by several threads. */
    public static final ObjectMapper MAPPER = builder().build();

    /** Writes records and maps in the order of their keys; leaves streams open. */
    private static final ObjectMapper SORTED = builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .build();

    private StrictJson() {}

    /** One line without spaces, keys in order: equal values have equal text, whoever wrote them. */
    public static String canonical(Object value) {
        JsonNode tree = MAPPER.valueToTree(value);
        try {
            // Through text, because a tree made from records holds floats and ints where one that was read does not.
            return MAPPER.writeValueAsString(MAPPER.readTree(MAPPER.writeValueAsBytes(tree)));
        } catch (IOException e) {
            throw new IllegalArgumentException(value.getClass() + " cannot be written as JSON", e);
        }
    }

    /** As {@link #canonical} in UTF-8, for what is too large to be held as a text. */
    static void writeCanonical(Object value, OutputStream out) {
        try {
            SORTED.writeValue(out, value);
        } catch (IOException e) {
            throw new IllegalArgumentException(value.getClass() + " cannot be written as JSON", e);
        }
    }

    /** For people and machines, over several lines. */
    public static String indented(Object value) {
        try {
            return MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
        } catch (IOException e) {
            throw new IllegalArgumentException(value.getClass() + " cannot be written as JSON", e);
        }
    }

    /** As {@link #indented}, for programs of others: null for what is not finite. */
    public static String printed(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new FiniteNumbers(MAPPER.createGenerator(text).useDefaultPrettyPrinter())) {
            MAPPER.writeValue(json, value);
        } catch (IOException e) {
            throw new IllegalArgumentException(value.getClass() + " cannot be written as JSON", e);
        }
        return text.toString();
    }

    private static JsonMapper.Builder builder() {
        return JsonMapper.builder(factory())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
                .addModule(new SimpleModule()
                        .addSerializer(Instant.class, ToStringSerializer.instance)
                        .addDeserializer(Instant.class, new InstantReader()));
    }

    private static JsonFactory factory() {
        return new JsonFactoryBuilder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                .build();
    }

    private static final class InstantReader extends StdDeserializer<Instant> {
        InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getValueAsString("");
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw context.weirdStringException(text, Instant.class, "expected a time like 2026-01-31T02:00:00Z");
            }
        }
    }

    /**
     * Writes null where a number is none: JSON has no NaN and no infinity, and a reader of ours should not meet them as
     * text.
     */
    public static final class FiniteNumbers extends JsonGeneratorDelegate {
        public FiniteNumbers(JsonGenerator to) {
            super(to, false);
        }

        @Override
        public void writeNumber(double value) throws IOException {
            if (Double.isFinite(value)) {
                delegate.writeNumber(value);
            } else {
                delegate.writeNull();
            }
        }

        @Override
        public void writeNumber(float value) throws IOException {
            if (Float.isFinite(value)) {
                delegate.writeNumber(value);
            } else {
                delegate.writeNull();
            }
        }

        @Override
        public void writeArray(double[] values, int offset, int length) throws IOException {
            writeStartArray();
            for (int i = offset; i < offset + length; i++) {
                writeNumber(values[i]);
            }
            writeEndArray();
        }
    }
}
