package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.filter.FilterContext.FrameEvidence;
import dev.understudy.labeler.surface.SurfacePrior;
import dev.understudy.labeler.surface.SurfaceSegments;
import dev.understudy.labeler.surface.SurfaceVote;
import dev.understudy.labeler.surface.TiltHeight;
import dev.understudy.labeler.surface.TiltHeightPrior;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets the pixels of a segment of surface vote on its class. The picture is cut into segments along edges of depth, of
 * normals and of colour, finely and coarsely; each pixel's probabilities become what its segments agree on and a little
 * of its own; the most probable class is the answer and that probability its confidence. So labels end at the edges of
 * things although the network drew them coarsely, specks vanish, and a surface on which the expert is torn is trusted
 * less as a whole.
 *
 * <p>It is for rendered rooms, whose depth is exact: on real frames (NYUDv2, CamVid) it makes labels worse beyond
 * noise.
 *
 * <p>Where an earlier policy took weight from a pixel its vote counts less; a dropped pixel stays dropped. Follow it by
 * a threshold to keep what is confident.
 *
 * @param edges what cuts surfaces apart
 * @param scales how coarse the segments are, each at least 0; as for a picture of 160×120 and growing with it
 * @param smallest pixels of the smallest segment, likewise
 * @param own 0–1, how much a pixel's own probabilities count
 * @param pool how the pixels of a segment agree
 * @param examples annotated frames to learn from how the surfaces of each class lie, for the product; null = do not
 * @param portion 0–1: the answer is the class with the largest multiple of the confidence that this share of the
 *     class's pixels in the store reaches, as in class-balanced; a majority then does not vote rare things away only
 *     because the expert is less sure of them. null = the most probable class
 * @param align how often each class is to be answered: 0 = as often as the expert itself does, 1 = as often as the
 *     examples have it, between them the geometric mean so weighed. The thresholds are moved until that holds on
 *     {@value #SAMPLE_FRAMES} of the frames, so that no class is voted away by what lies around it, nor spreads. null =
 *     however often it comes
 * @param repair whether an answer that is overruled is replaced; otherwise it is dropped
 * @param topK of how many of its most probable classes a pixel speaks, 1 or more, as far as they are stored: one takes
 *     a third of the reading of three and does for a majority, the product gains from more
 */
@Named("surface-vote")
@RecordBuilder
public record SurfaceVoting(
        @Default("{}") SurfaceEdges edges,
        @Default("[8, 32]") List<Double> scales,
        @Default("30") double smallest,
        @Default("0.1") double own,
        @Default("mean") Pool pool,
        @Nullable AnnotatedExamples examples,
        @Nullable Double portion,
        @Nullable Double align,
        @Default("true") boolean repair,
        @Default("1") int topK)
        implements PolicyRecipe {
    private static final float[] EQUAL = new float[256];
    private static final int SAMPLE_FRAMES = 128;
    private static final int SAMPLE_PIXELS = 128;

    static {
        Arrays.fill(EQUAL, 1);
    }

    /** What the pixels of a segment agree on. */
    public enum Pool {
        /** The mean of their probabilities: a majority wins, however sure the minority is. */
        MEAN,
        /**
         * The product of their probabilities, to the power of one over their number: a class that some rule out is out.
         */
        PRODUCT
    }

    public SurfaceVoting {
        scales = List.copyOf(scales);
        Checks checks = new Checks()
                .notEmpty("scales", scales)
                .inRange("smallest", smallest, 0, 1e6)
                .unit("own", own)
                .unit("portion", portion == null ? 0 : portion)
                .unit("align", align == null ? 0 : align)
                .that(align == null || align == 0 || examples != null, "align", "must be 0 without examples")
                .inRange("topK", topK, 1, 255)
                .that(examples == null || pool == Pool.PRODUCT, "examples", "must be given with pool: product only");
        for (int i = 0; i < scales.size(); i++) {
            checks.inRange("scales." + i, scales.get(i), 0, 1e6);
        }
        checks.verify();
    }

    @Override
    public List<Path> manifests() {
        return examples == null ? List.of() : List.of(examples.manifest());
    }

    @Override
    public PolicyRecipe withExamples(AnnotatedExamples given) {
        return pool == Pool.PRODUCT && examples == null
                ? SurfaceVotingBuilder.builder()
                        .edges(edges)
                        .scales(scales)
                        .smallest(smallest)
                        .own(own)
                        .pool(pool)
                        .examples(given)
                        .portion(portion)
                        .align(align)
                        .repair(repair)
                        .topK(topK)
                        .build()
                : this;
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        TiltHeightPrior prior = examples == null ? null : examples.prior(context);
        int classes = context.classNames().size();
        float[] usual = portion == null ? EQUAL : ClassBalanced.thresholds(context, portion);
        float[] thresholds = align == null ? usual : aligned(usual, context, prior);
        FilterPolicy policy = (frame, evidence, current) ->
                decide(vote(frame, evidence, current, classes, prior), current, thresholds);
        FilterPolicy keeping = (frame, evidence, current) ->
                repaired(vote(frame, evidence, current, classes, prior), current, thresholds);
        EvidencePlanes planes = EvidencePlanes.top(topK);
        return policy.reading(planes, repair ? keeping.reading(planes) : null);
    }

    private float[] aligned(float[] usual, FilterContext context, @Nullable TiltHeightPrior prior) {
        int classes = context.classNames().size();
        ClassAlignment alignment = new ClassAlignment();
        try (Stream<FrameEvidence> sample = context.sample(SAMPLE_FRAMES, EvidencePlanes.top(topK))) {
            sample.forEach(one -> listen(one, classes, prior, alignment));
        }
        return alignment.thresholds(usual, shares(context, prior));
    }

    private void listen(FrameEvidence one, int classes, @Nullable TiltHeightPrior prior, ClassAlignment alignment) {
        Judgement current = Judgement.of(one.evidence());
        SurfaceVote vote = vote(one.frame(), one.evidence(), current, classes, prior);
        int[] middles = vote.grid().middlePixels();
        int step = Math.max(1, middles.length / SAMPLE_PIXELS);
        for (int block = step / 2; block < middles.length; block += step) {
            if (current.weight()[middles[block]] > 0) {
                float[] probabilities = new float[classes];
                vote.probabilities(block, middles[block], probabilities);
                alignment.add(probabilities);
            }
        }
    }

    /** By class index, those of the classes that are asked for; 0 for those that the expert never answers. */
    private double[] shares(FilterContext context, @Nullable TiltHeightPrior prior) {
        double[] known = prior == null ? new double[0] : prior.shares();
        double towards = Objects.requireNonNull(align);
        double[] shares = new double[context.classNames().size()];
        context.statistics().confidence().forEach((label, histogram) -> {
            // What the space has no class for is stored as LabelMap.IGNORE, and counted as that.
            if (label < shares.length) {
                double coverage =
                        (double) histogram.total() / context.statistics().pixels();
                shares[label] =
                        towards == 0 ? coverage : Math.pow(coverage, 1 - towards) * Math.pow(known[label], towards);
            }
        });
        double all = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> all > 0 ? share / all : 0).toArray();
    }

    private SurfaceVote vote(
            Frame frame, Evidence evidence, Judgement current, int classes, @Nullable TiltHeightPrior prior) {
        SegmentationEvidence segmentation = Judgement.segmentation(evidence);
        SurfaceSegments segments = edges.segments(frame, scales, smallest);
        return switch (pool) {
            case MEAN -> SurfaceVote.mean(segmentation, segments, current.weight(), own);
            case PRODUCT ->
                SurfaceVote.product(segmentation, segments, current.weight(), own, classes, surfacePrior(frame, prior));
        };
    }

    private @Nullable SurfacePrior surfacePrior(Frame frame, @Nullable TiltHeightPrior prior) {
        return examples == null || prior == null
                ? null
                : new SurfacePrior(TiltHeight.cells(frame), prior, examples.weight());
    }

    /** The answers alone, with the confidences that there were. */
    private static Judgement repaired(SurfaceVote vote, Judgement current, float[] thresholds) {
        byte[] answer = current.classes().clone();
        vote.repair(answer, thresholds);
        return current.answered(answer, current.confidence());
    }

    private Judgement decide(SurfaceVote vote, Judgement current, float[] thresholds) {
        byte[] answer = current.classes().clone();
        float[] confidence = current.confidence().clone();
        boolean[] overruled = vote.decide(answer, confidence, repair, thresholds);
        Judgement voted = current.answered(answer, confidence);
        return repair ? voted : voted.without(overruled);
    }

    /**
     * Finds thresholds by class at which each class is answered as often as it should be: distribution alignment
     * (Berthelot et al., ReMixMatch, 2020) for answers that are the largest multiple of a threshold. Thresholds of
     * classes that are answered too often rise, the others fall, round by round, on the probabilities of some pixels;
     * the round that came closest counts. Not safe for use by several threads.
     */
    static final class ClassAlignment {
        private static final int ROUNDS = 60;
        /**
         * Of the logarithm of a share's error, and at most of 1, what the first round takes away; later ones take less.
         */
        private static final double FIRST_STEP = 0.5;

        /** Rounds after which a step is half as long. */
        private static final double SLOWER = 5;

        /** A class that is hardly ever meant cannot be made common, nor one silenced, by thresholds that run away. */
        private static final float FARTHEST = 8;

        private final List<float[]> samples = new ArrayList<>();

        /** @param probabilities by class index, of one pixel; owned by this from now on */
        void add(float[] probabilities) {
            samples.add(probabilities);
        }

        /**
         * @param start by class index, above 0
         * @param share by class index, of all pixels; a class with 0 keeps its threshold
         * @return by class index
         */
        float[] thresholds(float[] start, double[] share) {
            float[] thresholds = start.clone();
            float[] best = thresholds;
            double leastOff = Double.POSITIVE_INFINITY;
            for (int round = 0; round < ROUNDS; round++) {
                int[] answered = answered(thresholds);
                double off = 0;
                float[] next = thresholds.clone();
                for (int label = 0; label < share.length; label++) {
                    double wanted = share[label] * samples.size();
                    off += Math.abs(answered[label] - wanted);
                    if (wanted > 0) {
                        // One pixel more on both sides: a class that no pixel of the sample answers has a share too.
                        double error = Math.log((answered[label] + 1) / (wanted + 1));
                        double step = FIRST_STEP / (1 + round / SLOWER) * Math.min(Math.max(error, -1), 1);
                        float threshold = (float) (thresholds[label] * Math.exp(step));
                        next[label] = Math.min(Math.max(threshold, start[label] / FARTHEST), start[label] * FARTHEST);
                    }
                }
                if (off < leastOff) {
                    leastOff = off;
                    best = thresholds;
                }
                thresholds = next;
            }
            return best;
        }

        private int[] answered(float[] thresholds) {
            int[] answered = new int[thresholds.length];
            for (float[] probabilities : samples) {
                int best = 0;
                for (int label = 1; label < probabilities.length; label++) {
                    if (probabilities[label] * thresholds[best] > probabilities[best] * thresholds[label]) {
                        best = label;
                    }
                }
                answered[best]++;
            }
            return answered;
        }
    }
}
