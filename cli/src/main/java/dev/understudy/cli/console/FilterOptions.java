package dev.understudy.cli.console;

import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.filter.StorePolicies.FilterFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which labels of which store a command writes, and where to. */
public final class FilterOptions {
    @Mixin
    private StoreOption store;

    @Mixin
    private FrameOptions frames;

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "FILE",
            description = "A YAML file, or the policy itself: none, or threshold: {probability: 0.9}.")
    private String policy;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a value of the policy file.")
    private List<String> overrides = List.of();

    @Option(
            names = "--other",
            paramLabel = "NAME=DIR",
            description = "Another store of the same frames, another expert's or a student's, for the policies"
                    + " agreement-with and reliability, if that was learned with one.")
    private Map<String, Path> others = Map.of();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for the results; made if missing.")
    private Path out;

    public Path store() {
        return store.path();
    }

    public Path manifest() {
        return frames.manifestOf(store.path());
    }

    public @Nullable String split() {
        return frames.split();
    }

    public PolicyRecipe recipe() {
        return FilterFile.read(policy, overrides);
    }

    /** By the names that policies know them under. */
    public Map<String, Path> others() {
        return others;
    }

    public Path out() {
        return out;
    }

    /** Which store. */
    public static final class StoreOption {
        @Option(names = "--store", required = true, paramLabel = "DIR", description = "A complete label store.")
        private Path path;

        public Path path() {
            return path;
        }
    }
}
