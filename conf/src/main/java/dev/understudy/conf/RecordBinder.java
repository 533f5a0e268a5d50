package dev.understudy.conf;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A mapping → a record, through its canonical constructor. */
final class RecordBinder {
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
                problems.add(entry.key(), "unknown key " + YamlNode.shown(key) + "; " + Suggestion.phrase(key, known));
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
        return value.orElseGet(() -> placeholder(component, mapping.location()));
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
    private static @Nullable Object placeholder(RecordComponent component, Location near) {
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
                            YamlNode.find(mapping, p.component()).location(), "'" + p.component() + "' " + p.text()));
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
