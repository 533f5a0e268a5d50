package dev.understudy.conf;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a recipe calls one of the records that a sealed interface permits.
 *
 * <pre>{@code
 * sealed interface PolicyRecipe {
 *     @Named("none") record None() implements PolicyRecipe {}
 *     @Named("threshold") record Threshold(@Default("0.9") double probability) implements PolicyRecipe {}
 *     @Named("all") record All(List<PolicyRecipe> policies) implements PolicyRecipe {}
 * }
 * }</pre>
 *
 * A component of type {@code PolicyRecipe} is then a mapping with one key, {@code {threshold: {probability: 0.8}}}, or
 * only the name where every component has a default, {@code none}. A record whose one component is a list may be
 * written as that list, {@code {all: [none, {threshold: {}}]}}; a list
 * of one may be written as that one.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Named {
    String value();
}
