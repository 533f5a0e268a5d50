package dev.understudy.conf;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How enum constants and variants are written in YAML. */
final class Names {
    private Names() {}

    /** {@code LW_REFINENET50} → {@code lw-refinenet50}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Map<String, Object> constants(Class<?> enumType) {
        Map<String, Object> constants = new LinkedHashMap<>();
        Arrays.stream(enumType.getEnumConstants()).forEach(c -> constants.put(of((Enum<?>) c), c));
        return constants;
    }

    /** The records behind a sealed interface by their names, in the order in which they are permitted. */
    static Map<String, Class<?>> variants(Class<?> sealed) {
        Map<String, Class<?>> variants = new LinkedHashMap<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isInterface()) {
                variants.putAll(variants(permitted));
            } else {
                variants.put(of(permitted), permitted);
            }
        }
        return variants;
    }

    static String of(Class<?> variant) {
        Named named = variant.getAnnotation(Named.class);
        if (named == null) {
            throw new IllegalStateException(variant + " lacks @Named, so no recipe can ask for it");
        }
        return named.value();
    }

    /** The variant may be written as its list: {@code all: [..]}. */
    static boolean isListAlone(Class<?> type) {
        return type.isAnnotationPresent(Named.class)
                && type.getRecordComponents().length == 1
                && type.getRecordComponents()[0].getType() == java.util.List.class;
    }
}
