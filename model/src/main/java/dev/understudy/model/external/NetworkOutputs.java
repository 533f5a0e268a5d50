package dev.understudy.model.external;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of a network's outputs say what. At least one is there.
 *
 * @param segmentation classes of the picture; null = none
 * @param depth of the picture; null = none
 */
public record NetworkOutputs(
        @Nullable Segmentation segmentation, @Nullable Depth depth) {
    public NetworkOutputs {
        new Checks()
                .that(segmentation != null || depth != null, "segmentation", "or 'depth' must be there")
                .verify();
    }

    /** The tensors that are asked of the network. */
    List<String> tensors() {
        List<String> names = new ArrayList<>();
        if (segmentation != null) {
            names.addAll(segmentation.tensors());
        }
        if (depth != null) {
            names.add(depth.tensor());
        }
        return names;
    }

    /**
     * @param tensor name of the output; null for queries, which name their own two
     * @param kind what its values are
     */
    public record Segmentation(@Nullable String tensor, Kind kind) {
        public Segmentation {
            boolean queries = kind instanceof Kind.Queries;
            new Checks()
                    .that(
                            (tensor == null) == queries,
                            "tensor",
                            queries ? "is not used with queries, which name 'classes' and 'masks'" : "must be there")
                    .verify();
        }

        List<String> tensors() {
            return kind instanceof Kind.Queries queries
                    ? List.of(queries.classes(), queries.masks())
                    : List.of(String.valueOf(tensor));
        }
    }

    /** What a segmentation output holds. */
    public sealed interface Kind {
        /** [N, classes, h, w]; softmax over classes gives probabilities. */
        @Named("logits")
        record Logits() implements Kind {}

        /** [N, classes, h, w], not negative; divided by their sum they are probabilities. */
        @Named("probabilities")
        record Probabilities() implements Kind {}

        /** [N, h, w] or [N, 1, h, w]: the decision alone, as class indices. */
        @Named("classes")
        record Classes() implements Kind {}

        /**
         * Mask classification, as MaskFormer, Mask2Former and EoMT do it.
         *
         * @param classes name of the tensor [N, queries, classes + 1] of logits, the last one for 'no object'
         * @param masks name of the tensor [N, queries, h, w] of logits
         */
        @Named("queries")
        record Queries(String classes, String masks) implements Kind {}
    }

    /**
     * @param tensor name of the output, [N, h, w] or [N, 1, h, w]
     * @param kind what its values are
     */
    public record Depth(String tensor, DepthKind kind) {}

    /** What a depth output holds. */
    public sealed interface DepthKind {
        @Named("metres")
        record Metres() implements DepthKind {}

        /** Depth is 1 / (scale · value + shift) metres; where that is not above 0 nothing is known. */
        @Named("inverse")
        record Inverse(
                @Default("1") double scale, @Default("0") double shift) implements DepthKind {
            public Inverse {
                new Checks()
                        .that(scale != 0 && Double.isFinite(scale), "scale", "must be a number other than 0")
                        .that(Double.isFinite(shift), "shift", "must be a finite number")
                        .verify();
            }
        }
    }
}
