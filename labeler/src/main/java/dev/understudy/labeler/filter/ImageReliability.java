package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.files.DataException;
import dev.understudy.store.FrameSummary;
import dev.understudy.store.FrameSummary.SegmentationSummary;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Believes whole frames or not (ST++): frames are ranked by a mean over their pixels, read from the index lines, and
 * the best are kept. Equal frames are ranked by id. Memory: about 100 bytes a frame.
 *
 * @param keep 0–1, share of the frames that is kept, rounded up
 * @param by what is averaged
 * @param weigh whether kept frames count by their rank, the best 1, the worst of n frames 1/n, rather than all alike
 */
@Named("image-reliability")
public record ImageReliability(
        @Default("0.5") double keep,
        @Default("agreement") By by,
        @Default("false") boolean weigh) implements PolicyRecipe {
    /** What makes a frame reliable. */
    public enum By {
        /** Probability of the most probable class. */
        CONFIDENCE,
        /** Low entropy. */
        ENTROPY,
        /** Agreement of the test-time views; the same for all frames of a store with one view. */
        AGREEMENT
    }

    public ImageReliability {
        new Checks().unit("keep", keep).verify();
    }

    private record Ranked(String id, double score) {}

    @Override
    public FilterPolicy policy(FilterContext context) {
        List<Ranked> ranking;
        try (Stream<FrameSummary> frames = context.summaries()) {
            ranking = frames.map(this::ranked)
                    .sorted(Comparator.comparingDouble(Ranked::score).reversed().thenComparing(Ranked::id))
                    .toList();
        }
        Map<String, Float> weights = new HashMap<>();
        int kept = (int) Math.ceil(keep * ranking.size() - 1e-9);
        for (int rank = 0; rank < ranking.size(); rank++) {
            float weight = weigh ? 1 - (float) rank / ranking.size() : 1;
            weights.put(ranking.get(rank).id(), rank < kept ? weight : 0);
        }
        return (frame, evidence, current) -> {
            Float weight = weights.get(frame.id());
            if (weight == null) {
                throw new DataException("image-reliability: frame " + frame.id() + " is not in the store's index");
            }
            return current.weighed(pixel -> weight);
        };
    }

    private Ranked ranked(FrameSummary frame) {
        SegmentationSummary summary = frame.segmentation();
        if (summary == null) {
            throw new IllegalArgumentException("a filter of labels was given an index of depth alone");
        }
        return new Ranked(
                frame.id(),
                switch (by) {
                    case CONFIDENCE ->
                        (double) summary.confidenceSum() / summary.entropy().total();
                    case ENTROPY -> -summary.entropy().mean();
                    case AGREEMENT -> summary.agreement().mean();
                });
    }
}
