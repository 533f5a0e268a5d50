package dev.understudy.conf;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link YamlNode} → value of a type. An empty answer means that the reason is among the problems. */
final class Binder {
    private final Problems problems;
    private final RecordBinder records;

    Binder(Problems problems) {
        this.problems = problems;
        this.records = new RecordBinder(this, problems);
    }

    Optional<Object> bind(YamlNode node, Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return list(node, generic.getActualTypeArguments()[0]);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            return map(node, (Class<?>) generic.getActualTypeArguments()[0], generic.getActualTypeArguments()[1]);
        }
        if (type instanceof Class<?> plain) {
            if (plain.isRecord()) {
                return records.bind(node, plain);
            } else if (plain.isSealed() && !plain.isEnum()) { // An enum whose constants have bodies is sealed as well.
                return variant(node, plain);
            } else if (Scalars.isScalar(plain)) {
                return scalar(node, plain);
            }
        }
        throw new IllegalStateException("a configuration record has a component of " + type
                + "; allowed are numbers, booleans, String, Path, enums, records, sealed interfaces, List and Map");
    }

    private Optional<Object> scalar(YamlNode node, Class<?> type) {
        if (!(node instanceof YamlNode.Scalar scalar) || scalar.isNull()) {
            return unexpected(node, Scalars.expected(type));
        }
        try {
            return Optional.of(Scalars.convert(scalar, type));
        } catch (IllegalArgumentException e) {
            problems.add(node.location(), e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Object> list(YamlNode node, Type elementType) {
        if (!(node instanceof YamlNode.Sequence sequence)) {
            return unexpected(node, "a list");
        }
        List<Object> elements = new ArrayList<>();
        sequence.items().forEach(item -> bind(item, elementType).ifPresent(elements::add));
        return elements.size() == sequence.items().size() ? Optional.of(List.copyOf(elements)) : Optional.empty();
    }

    private Optional<Object> map(YamlNode node, Class<?> keyType, Type valueType) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            return unexpected(node, "a mapping");
        }
        Map<Object, Object> values = new LinkedHashMap<>();
        mapping.entries().forEach((name, entry) -> {
            Optional<Object> key = scalar(new YamlNode.Scalar(name, false, entry.key()), keyType);
            Optional<Object> value = bind(entry.value(), valueType);
            if (key.isPresent() && value.isPresent()) {
                if (values.put(key.get(), value.get()) != null) {
                    problems.add(
                            entry.key(),
                            "key " + YamlNode.shown(name) + " comes for the second time, as another way to write "
                                    + key.get());
                }
            }
        });
        return values.size() == mapping.entries().size()
                ? Optional.of(Collections.unmodifiableMap(values))
                : Optional.empty();
    }

    private Optional<Object> variant(YamlNode node, Class<?> sealed) {
        Map<String, Class<?>> variants = Names.variants(sealed);
        YamlNode.Scalar name;
        YamlNode content;
        if (node instanceof YamlNode.Scalar scalar && !scalar.isNull()) {
            name = scalar;
            content = new YamlNode.Mapping(Map.of(), node.location());
        } else if (node instanceof YamlNode.Mapping mapping && mapping.entries().size() == 1) {
            Map.Entry<String, YamlNode.Mapping.Entry> only =
                    mapping.entries().entrySet().iterator().next();
            name = new YamlNode.Scalar(only.getKey(), false, only.getValue().key());
            content = only.getValue().value();
        } else {
            return unexpected(node, "exactly one of " + String.join(", ", variants.keySet()));
        }
        Class<?> type = variants.get(name.text());
        if (type == null) {
            problems.add(name.location(), Scalars.unknownName(name, variants.keySet()));
            return Optional.empty();
        }
        return records.bind(content, type);
    }

    Optional<Object> unexpected(YamlNode node, String expected) {
        String found = node instanceof YamlNode.Mapping mapping && expected.startsWith("exactly")
                ? mapping.entries().isEmpty()
                        ? "none"
                        : String.join(", ", mapping.entries().keySet())
                : node.describe();
        problems.add(node.location(), "expected " + expected + ", found " + found);
        return Optional.empty();
    }
}
