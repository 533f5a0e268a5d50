package dev.understudy.cli.demo;

import dev.understudy.conf.ConfigurationLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Recipes of {@code conf/} that travel inside the jar, so that the demo runs from any folder. */
final class BuiltInRecipe {
    private BuiltInRecipe() {}

    static <R> R load(String name, Class<R> type, List<String> overrides) throws IOException {
        try (InputStream in = ConfigurationLoader.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the recipe " + name + " is not on the class path");
            }
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return ConfigurationLoader.parse("conf/" + name, yaml, type, overrides);
        }
    }
}
