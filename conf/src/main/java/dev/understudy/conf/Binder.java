package dev.understudy.conf;

import dev.understudy.conf.Checks.InvalidRecordException;
import dev.understudy.conf.Problems.Location;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /** A mapping → a record, through its canonical constructor. */
    private static final class RecordBinder {
        private final Binder values;
        private final Problems problems;

        RecordBinder(Binder values, Problems problems) {
            this.values = values;
            this.problems = problems;
        }

        Optional<Object> bind(YamlNode node, Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            if (node instanceof YamlNode.Sequence && Names.isListAlone(type)) {
                return bind(wrap(components[0].getName(), node), type);
            }
            if (node instanceof YamlNode.Scalar one && !one.isNull() && Names.isListAlone(type)) {
                return bind(new YamlNode.Sequence(List.of(node), node.location()), type);
            }
            if (node.isNothing()) {
                return bind(new YamlNode.Mapping(Map.of(), node.location()), type);
            }
            if (!(node instanceof YamlNode.Mapping mapping)) {
                return values.unexpected(node, "a mapping");
            }
            reportUnknownKeys(mapping, components);
            Object[] arguments = new Object[components.length];
            Set<String> failed = new LinkedHashSet<>();
            for (int i = 0; i < components.length; i++) {
                arguments[i] = component(mapping, components[i], failed);
            }
            return construct(mapping, type, arguments, failed);
        }

        private static YamlNode wrap(String key, YamlNode value) {
            Map<String, YamlNode.Mapping.Entry> entry = new LinkedHashMap<>();
            entry.put(key, new YamlNode.Mapping.Entry(value.location(), value));
            return new YamlNode.Mapping(entry, value.location());
        }

        private void reportUnknownKeys(YamlNode.Mapping mapping, RecordComponent[] components) {
            List<String> known =
                    Arrays.stream(components).map(RecordComponent::getName).toList();
            mapping.entries().forEach((key, entry) -> {
                if (!known.contains(key)) {
                    problems.add(
                            entry.key(), "unknown key " + YamlNode.shown(key) + "; " + Suggestion.phrase(key, known));
                }
            });
        }

        private @Nullable Object component(YamlNode.Mapping mapping, RecordComponent component, Set<String> failed) {
            YamlNode node = mapping.get(component.getName());
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            boolean nothing = node == null || node.isNothing();
            Default byDefault = component.getAnnotation(Default.class);
            if (nothing && nullable && (node != null || byDefault == null)) {
                return null;
            }
            Optional<Object> value = Optional.empty();
            if (nothing && byDefault != null) {
                return defaultOf(component, byDefault.value(), mapping.location());
            } else if (node == null) {
                problems.add(mapping.location(), "missing key '" + component.getName() + "'");
            } else {
                value = values.bind(node, component.getGenericType());
            }
            if (value.isEmpty()) {
                failed.add(component.getName());
            }
            return value.orElseGet(() -> standIn(component, mapping.location()));
        }

        private static Object defaultOf(RecordComponent component, String yaml, Location near) {
            String name = component.getDeclaringRecord().getSimpleName() + "." + component.getName();
            Problems mistakes = new Problems();
            Location location = new Location("@Default of " + name, near.folder(), 0, 0);
            Optional<Object> value = YamlReader.read(yaml, location, mistakes)
                    .flatMap(node -> new Binder(mistakes).bind(node, component.getGenericType()));
            return value.orElseThrow(() -> new IllegalStateException(String.join("; ", mistakes.lines())));
        }

        /** Stands in for a value that could not be read, so that the record can still check the others. */
        private static @Nullable Object standIn(RecordComponent component, Location near) {
            Default byDefault = component.getAnnotation(Default.class);
            if (byDefault != null) {
                return defaultOf(component, byDefault.value(), near);
            }
            return component.getType().isPrimitive() ? Array.get(Array.newInstance(component.getType(), 1), 0) : null;
        }

        private Optional<Object> construct(
                YamlNode.Mapping mapping, Class<?> type, Object[] arguments, Set<String> failed) {
            try {
                Object built = canonical(type).newInstance(arguments);
                return failed.isEmpty() ? Optional.of(built) : Optional.empty();
            } catch (InvocationTargetException e) {
                report(mapping, e.getCause(), failed);
                return Optional.empty();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + " cannot be constructed", e);
            }
        }

        /** What a constructor says of components that are themselves broken is not news. */
        private void report(YamlNode.Mapping mapping, Throwable thrown, Set<String> failed) {
            if (thrown instanceof InvalidRecordException invalid) {
                invalid.problems().stream()
                        .filter(p -> !failed.contains(p.component().split("\\.", 2)[0]))
                        .forEach(p -> problems.add(
                                YamlNode.find(mapping, p.component()).location(),
                                "'" + p.component() + "' " + p.text()));
            } else if (!failed.isEmpty()) {
                return;
            } else if (thrown instanceof IllegalArgumentException) {
                problems.add(mapping.location(), String.valueOf(thrown.getMessage()));
            } else if (thrown instanceof RuntimeException bug) {
                throw bug;
            } else {
                throw new IllegalStateException(thrown);
            }
        }

        private static Constructor<?> canonical(Class<?> type) throws NoSuchMethodException {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor;
        }
    }
}
