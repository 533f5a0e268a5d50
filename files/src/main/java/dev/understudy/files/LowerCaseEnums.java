package dev.understudy.files;

import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes enum constants to JSON in small letters, {@code SEGMENTATION} as {@code segmentation}. Jackson's own
 * {@code WRITE_ENUMS_TO_LOWERCASE} asks the machine's language how, and Turkish has an ı of its own.
 */
public final class LowerCaseEnums extends NopAnnotationIntrospector {
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
