package dev.understudy.conf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A recipe with one of everything. */
record Recipe(
        @Default("recipe") String name,
        @Default("mt-lw-refinenet") Arch arch,
        @Default("{}") Training training,
        @Default("none") Policy policy,
        @Default("[]") List<Stage> stages,
        @Default("{}") Map<String, Double> shares,
        @Nullable Path checkpoint,
        @Nullable @Default("3") Integer views) {

    enum Arch {
        LW_REFINENET50,
        MT_LW_REFINENET
    }

    record Training(
            @Default("1000") int steps,
            @Default("1e-2") double rate,
            @Default("true") boolean mirror,
            @Default("7") long seed) {
        Training {
            new Checks().atLeast("steps", steps, 1).positive("rate", rate).verify();
        }
    }

    record Stage(int size, @Default("[0.5, 1]") List<Double> scales) {
        Stage {
            if (size % 8 != 0) {
                throw new IllegalArgumentException("size " + size + " is not a multiple of 8");
            }
            if (scales != null) {
                Checks checks = new Checks();
                for (int i = 0; i < scales.size(); i++) {
                    checks.unit("scales." + i, scales.get(i));
                }
                checks.verify();
            }
        }
    }

    sealed interface Policy {
        @Named("none")
        record None() implements Policy {}

        @Named("threshold")
        record Threshold(
                @Default("0.9") double probability,
                @Nullable Map<Integer, Double> classes) implements Policy {
            public Threshold {
                new Checks().unit("probability", probability).verify();
            }
        }

        @Named("all")
        record All(List<Policy> policies) implements Policy {}
    }
}
