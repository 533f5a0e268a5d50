package dev.understudy.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.files.DataException;
import java.util.Arrays;
import java.util.Locale;

/** How the store's records become JSON and back: strict, bounded, and the same bytes for the same record. */
final class StoreJson {
    static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(20)
                            .maxStringLength(1 << 20)
                            .maxNumberLength(40)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .annotationIntrospector(LowerCaseEnums.introspector())
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private StoreJson() {}

    /** One line without a line break. */
    static String line(Object record) {
        try {
            return MAPPER.writeValueAsString(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record that cannot be written: " + record, e);
        }
    }

    /** @param where the file, and the line where there is one, for the message */
    static <T> T read(String json, Class<T> type, String where) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw damaged(where, e);
        }
    }

    static DataException damaged(String where, JsonProcessingException cause) {
        return new DataException(
                where + ": " + cause.getOriginalMessage().lines().findFirst().orElse("not JSON")
                        + "; the store is damaged there, run the label job again with a check of its checksums",
                cause);
    }

    /**
     * Writes enum constants to JSON in small letters, {@code SEGMENTATION} as {@code segmentation}. Jackson's own
     * {@code WRITE_ENUMS_TO_LOWERCASE} asks the machine's language how, and Turkish has an ı of its own.
     */
    private static final class LowerCaseEnums extends NopAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        private LowerCaseEnums() {}

        /** Beside Jackson's annotations. */
        public static AnnotationIntrospector introspector() {
            return AnnotationIntrospector.pair(new LowerCaseEnums(), new JacksonAnnotationIntrospector());
        }

        @Override
        public String[] findEnumValues(
                MapperConfig<?> config, AnnotatedClass annotated, Enum<?>[] constants, String[] names) {
            return Arrays.stream(constants)
                    .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                    .toArray(String[]::new);
        }
    }
}
