package dev.understudy.conf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Record → YAML with every value written out, so that what was run can be read and run again:
 * {@link ConfigurationLoader} makes an equal record of it. Same record, same bytes.
 */
public final class ConfigurationWriter {
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build());

    private ConfigurationWriter() {}

    public static String toYaml(Record record) {
        Class<?> type = record.getClass();
        try {
            return YAML.writeValueAsString(plain(record, type.isAnnotationPresent(Named.class) ? Object.class : type));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps, lists and scalars can be written", e);
        }
    }

    /** @param declared decides whether a variant needs its name */
    private static @Nullable Object plain(@Nullable Object value, Type declared) {
        if (value instanceof Record record) {
            return record.getClass() == declared ? components(record) : variant(record);
        } else if (value instanceof Enum<?> constant) {
            return Names.of(constant);
        } else if (value instanceof Path path) {
            return path.toString();
        } else if (value instanceof List<?> list) {
            Type element = ((ParameterizedType) declared).getActualTypeArguments()[0];
            return list.stream().map(e -> plain(e, element)).toList();
        } else if (value instanceof Map<?, ?> map) {
            Type element = ((ParameterizedType) declared).getActualTypeArguments()[1];
            Map<String, Object> plain = new LinkedHashMap<>();
            map.forEach((k, v) -> plain.put(String.valueOf(plain(k, k.getClass())), plain(v, element)));
            return plain;
        }
        return value;
    }

    private static Object variant(Record record) {
        Map<String, Object> components = components(record);
        Class<?> type = record.getClass();
        Object content =
                Names.isListAlone(type) ? components.values().iterator().next() : components;
        return Map.of(Names.of(type), content);
    }

    private static Map<String, Object> components(Record record) {
        Map<String, Object> components = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                components.put(component.getName(), plain(accessor.invoke(record), component.getGenericType()));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(component + " cannot be read", e);
            }
        }
        return components;
    }
}
