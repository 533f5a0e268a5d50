package dev.understudy.labeler.surface;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.surface.PixelAnswers.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pixels of a segment of surface say together: the mean of their top-k probabilities, or of the logarithms of
 * these, each pixel's vote weighed. Over several partitions the opinions are averaged, and the pixel's own word is
 * mixed in. Only classes that the frame's evidence mentions are kept, so memory is those × what lies in the same
 * segments.
 */
public final class SurfaceVote {
    private static final int LEVELS = 256;

    private final SegmentationEvidence evidence;
    private final BlockGrid grid;
    private final MentionedClasses mentioned;
    /** By slot the class. */
    private final int[] classes;
    /** By stored level what a pixel's own word adds. */
    private final float[] ownVote = new float[LEVELS];

    /** By block the part of the picture that lies in the same segments of all partitions. */
    private final int[] parts;
    /** [part·slots + slot], what a part's segments agree on. */
    private final float[] posterior;

    private SurfaceVote(SegmentationEvidence evidence, SurfaceSegments segments, double own, Opinions opinions) {
        this.evidence = evidence;
        this.grid = segments.grid();
        float pixelsOwn = (float) own;
        for (int level = 0; level < LEVELS; level++) {
            ownVote[level] = pixelsOwn * level / 255;
        }
        this.mentioned = MentionedClasses.of(evidence);
        this.classes = mentioned.classes();
        Parts cut = Parts.of(segments.partitions());
        this.parts = cut.of;
        this.posterior = new float[cut.first.length * classes.length];
        float share = (1 - pixelsOwn) / segments.partitions().size();
        for (Regions partition : segments.partitions()) {
            float[] opinion = opinions.of(this, partition);
            for (int part = 0; part < cut.first.length; part++) {
                int segment = partition.region()[cut.first[part]];
                for (int slot = 0; slot < classes.length; slot++) {
                    posterior[part * classes.length + slot] += share * opinion[segment * classes.length + slot];
                }
            }
        }
    }

    /** How the segments of a partition come to what they agree on. */
    private interface Opinions {
        /** @return [segment·slots + slot] */
        float[] of(SurfaceVote vote, Regions partition);
    }

    /**
     * What lies in the same segments of several partitions.
     *
     * @param of by block the part
     * @param first by part a block of it
     */
    private record Parts(int[] of, int[] first) {
        static Parts of(List<Regions> partitions) {
            int[] parts = partitions.get(0).region().clone();
            int count = partitions.get(0).count();
            for (Regions partition : partitions.subList(1, partitions.size())) {
                count = cut(parts, partition.region());
            }
            int[] first = new int[count];
            for (int block = parts.length - 1; block >= 0; block--) {
                first[parts[block]] = block;
            }
            return new Parts(parts, first);
        }

        /** @return how many parts there are now */
        private static int cut(int[] parts, int[] segments) {
            SegmentParts.PairNumbers numbers = new SegmentParts.PairNumbers();
            long before = -1;
            int number = 0;
            for (int block = 0; block < parts.length; block++) {
                long pair = (long) parts[block] << 32 | segments[block];
                if (pair != before) {
                    number = numbers.of(pair);
                    before = pair;
                }
                parts[block] = number;
            }
            return numbers.count();
        }
    }

    /**
     * By the mean of the probabilities.
     *
     * @param weight of each pixel's vote, 0–1; a segment in which nobody votes has no opinion
     * @param own 0–1, how much the pixel's own probabilities count against the segments'
     */
    public static SurfaceVote mean(
            SegmentationEvidence evidence, SurfaceSegments segments, float[] weight, double own) {
        int[] voters = segments.grid().middlePixels();
        return new SurfaceVote(evidence, segments, own, (vote, partition) -> vote.means(partition, voters, weight));
    }

    /**
     * As {@link #mean} by the mean of the logarithms of the probabilities.
     *
     * @param numberOfClasses of the evidence's space
     * @param prior what else is known of the frame's surfaces; null = nothing
     */
    public static SurfaceVote product(
            SegmentationEvidence evidence,
            SurfaceSegments segments,
            float[] weight,
            double own,
            int numberOfClasses,
            @Nullable SurfacePrior prior) {
        int[] voters = segments.grid().middlePixels();
        return new SurfaceVote(evidence, segments, own, new Opinions() {
            private @Nullable ProductPool pool;

            @Override
            public float[] of(SurfaceVote vote, Regions partition) {
                ProductPool known = pool;
                if (known == null) {
                    known = new ProductPool(evidence, vote.mentioned, numberOfClasses, prior);
                    pool = known;
                }
                return known.opinions(partition, voters, weight);
            }
        });
    }

    /** The blocks that vote, and for which {@link #probabilities} answers. */
    public BlockGrid grid() {
        return grid;
    }

    private float[] means(Regions partition, int[] voters, float[] weight) {
        int pixels = evidence.pixels();
        int[] slots = mentioned.slots();
        float[] sum = new float[partition.count() * classes.length];
        float[] votes = new float[partition.count()];
        for (int block = 0; block < voters.length; block++) {
            int pixel = voters[block];
            int segment = partition.region()[block];
            votes[segment] += weight[pixel];
            for (int k = 0; k < evidence.topK(); k++) {
                int label = evidence.classes()[k * pixels + pixel] & 0xFF;
                if (label != LabelMap.IGNORE) {
                    sum[segment * classes.length + slots[label]] +=
                            weight[pixel] * (evidence.probability()[k * pixels + pixel] & 0xFF);
                }
            }
        }
        for (int segment = 0; segment < votes.length; segment++) {
            float scale = votes[segment] > 0 ? 1 / (255 * votes[segment]) : 0;
            for (int slot = 0; slot < classes.length; slot++) {
                sum[segment * classes.length + slot] *= scale;
            }
        }
        return sum;
    }

    /**
     * Fills in every pixel that has an answer.
     *
     * @param answer in and out: the class; out: the most probable one, if {@code repair}
     * @param confidence out: the probability of the answer, 0–1
     * @param classThresholds by class index, above 0: the class with the largest multiple of its threshold is the
     *     answer, the most probable one if all are equal
     * @return where the answer was, or would have been, another one
     */
    public boolean[] decide(byte[] answer, float[] confidence, boolean repair, float[] classThresholds) {
        boolean[] overruled = new boolean[answer.length];
        decide(new Decision(answer, confidence, overruled, repair), classThresholds);
        return overruled;
    }

    /**
     * As {@link #decide}, for who asks for nothing but the repaired answers.
     *
     * @param answer in and out
     */
    public void repair(byte[] answer, float[] classThresholds) {
        decide(new Decision(answer, null, null, true), classThresholds);
    }

    private void decide(Decision decision, float[] classThresholds) {
        if (classes.length == 0) {
            return;
        }
        PixelAnswers answers = new PixelAnswers(evidence, mentioned, posterior, ownVote, classThresholds, decision);
        int columns = grid.columns();
        for (int row = 0; row < grid.rows(); row++) {
            int upper = row * grid.factor();
            int lower = Math.min(upper + grid.factor(), grid.height());
            int next;
            for (int column = 0; column < columns; column = next) {
                int part = parts[row * columns + column];
                next = column + 1;
                while (next < columns && parts[row * columns + next] == part) {
                    next++;
                }
                answers.hear(part);
                int left = column * grid.factor();
                int right = Math.min(next * grid.factor(), grid.width());
                for (int start = upper * grid.width(); start < lower * grid.width(); start += grid.width()) {
                    answers.decide(start + left, start + right);
                }
            }
        }
    }

    /**
     * What the segments of a block and its middle pixel's own word come to.
     *
     * @param probabilities out: by class index; those of classes that the frame does not mention stay
     */
    public void probabilities(int block, int middlePixel, float[] probabilities) {
        int part = parts[block] * classes.length;
        for (int slot = 0; slot < classes.length; slot++) {
            probabilities[classes[slot]] = posterior[part + slot];
        }
        for (int at = middlePixel; at < evidence.classes().length; at += evidence.pixels()) {
            int label = evidence.classes()[at] & 0xFF;
            if (label != LabelMap.IGNORE) {
                probabilities[label] += ownVote[evidence.probability()[at] & 0xFF];
            }
        }
    }
}
