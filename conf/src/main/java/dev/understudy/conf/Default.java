package dev.understudy.conf;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a record component is when the file does not mention it, written as YAML: {@code @Default("0.9")},
 * {@code @Default("[0.5, 0.75]")}. A component without it must be in the file, unless it is {@code @Nullable}.
 *
 * <p>A section that may be left out is {@code @Default("{}")}; what stands in it belongs on the section's own
 * components, so that a file that sets one of them keeps the defaults of the others.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    String value();
}
