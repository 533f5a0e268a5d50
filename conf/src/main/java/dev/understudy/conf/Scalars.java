package dev.understudy.conf;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Text → value, by the type that is wanted and not by YAML's guesses: {@code 1e-3} is a number, {@code no} is not a
 * boolean. {@code 10%} is the number 0.1 where it may have a fraction.
 */
final class Scalars {
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,3})?");
    private static final int LONGEST_NUMBER = 400;

    private Scalars() {}

    static boolean isScalar(Class<?> type) {
        return type.isPrimitive()
                || type.isEnum()
                || Number.class.isAssignableFrom(type)
                || type == Boolean.class
                || type == String.class
                || type == Path.class;
    }

    /** @throws IllegalArgumentException that says what was expected */
    static Object convert(YamlNode.Scalar scalar, Class<?> type) {
        String text = scalar.text();
        if (type == String.class) {
            return text;
        } else if (type == Path.class) {
            return path(scalar);
        } else if (type.isEnum()) {
            return constant(scalar, type);
        } else if (type == boolean.class || type == Boolean.class) {
            if (text.equals("true") || text.equals("false")) {
                return Boolean.valueOf(text);
            }
            throw unexpected(scalar, type);
        }
        return number(scalar, type);
    }

    static String expected(Class<?> type) {
        if (type == String.class) {
            return "text";
        } else if (type == Path.class) {
            return "a path";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type.isEnum()) {
            return "one of " + String.join(", ", Names.constants(type).keySet());
        } else if (type == double.class || type == Double.class || type == float.class || type == Float.class) {
            return "a number";
        }
        return "a whole number";
    }

    private static Object number(YamlNode.Scalar scalar, Class<?> type) {
        String text = scalar.text().replace("_", "");
        boolean fraction = type == double.class || type == Double.class || type == float.class || type == Float.class;
        if (fraction && text.endsWith("%") && text.length() <= LONGEST_NUMBER) {
            String hundredths = text.substring(0, text.length() - 1);
            if (NUMBER.matcher(hundredths).matches()) {
                // Not by a division: 10% is to be the very 0.1
                text = new BigDecimal(hundredths).scaleByPowerOfTen(-2).toString();
            }
        }
        if (text.length() > LONGEST_NUMBER || !NUMBER.matcher(text).matches()) {
            throw unexpected(scalar, type);
        }
        try {
            if (type == double.class || type == Double.class) {
                return finite(Double.parseDouble(text), scalar);
            } else if (type == float.class || type == Float.class) {
                return (float) finite(Float.parseFloat(text), scalar);
            } else if (type == int.class || type == Integer.class) {
                return new BigDecimal(text).intValueExact();
            } else if (type == long.class || type == Long.class) {
                return new BigDecimal(text).longValueExact();
            }
        } catch (ArithmeticException e) {
            throw unexpected(scalar, type);
        }
        throw new IllegalStateException(type + " cannot be read from YAML; use int, long, float or double");
    }

    private static double finite(double value, YamlNode.Scalar scalar) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("the number " + scalar.describe() + " is too big");
        }
        return value;
    }

    private static Path path(YamlNode.Scalar scalar) {
        try {
            if (!scalar.text().isBlank()) {
                return PathText.resolve(scalar.location().folder(), scalar.text())
                        .toAbsolutePath()
                        .normalize();
            }
        } catch (InvalidPathException e) {
            // Falls through to the one message below.
        }
        throw unexpected(scalar, Path.class);
    }

    private static Object constant(YamlNode.Scalar scalar, Class<?> type) {
        Map<String, Object> constants = Names.constants(type);
        Object constant = constants.get(scalar.text());
        if (constant == null) {
            throw new IllegalArgumentException(unknownName(scalar, constants.keySet()));
        }
        return constant;
    }

    static String unknownName(YamlNode.Scalar scalar, Collection<String> known) {
        return "expected one of " + String.join(", ", known) + ", found " + scalar.describe()
                + Suggestion.nearest(scalar.text(), known)
                        .map(s -> "; did you mean '" + s + "'?")
                        .orElse("");
    }

    private static IllegalArgumentException unexpected(YamlNode.Scalar scalar, Class<?> type) {
        return new IllegalArgumentException("expected " + expected(type) + ", found " + scalar.describe());
    }
}
