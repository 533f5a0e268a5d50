package dev.understudy.pipeline.filter;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy as a user names it: a word for one that has nothing to set, or a YAML file. */
public final class FilterFile {
    private FilterFile() {}

    /** @param nameOrFile null = no filter */
    public static PolicyRecipe read(@Nullable String nameOrFile, List<String> overrides) {
        if (nameOrFile == null) {
            return new NoFilter();
        }
        boolean file = nameOrFile.endsWith(".yaml") || nameOrFile.endsWith(".yml");
        return file
                ? ConfigurationLoader.load(Path.of(nameOrFile), PolicyRecipe.class, overrides)
                : ConfigurationLoader.parse("--policy", nameOrFile, PolicyRecipe.class, overrides);
    }
}
