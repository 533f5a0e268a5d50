package dev.understudy.labeler.surface;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the pixels of a segment of surface say together: the mean of their top-k probabilities, or of the logarithms of
 * these, each pixel's vote weighed. Over several partitions the opinions are averaged, and the pixel's own word is
 * mixed in. Only classes that the frame's evidence mentions are kept, so memory is segments × those.
 */
public final class SurfaceVote {
    private static final int LEVELS = 256;
    private static final int NONE = -1;

    private final SegmentationEvidence evidence;
    private final SurfaceSegments segments;
    private final float own;
    /** By slot the class, in index order. */
    private final int[] classes;
    /** By class the slot. */
    private final int[] slots = new int[256];
    /** By partition: [segment·slots + slot], the probability that the segment agrees on. */
    private final float[][] opinions;
    /** By stored level what a pixel's own word adds. */
    private final float[] ownWord = new float[LEVELS];

    /** By partition the segment that is being heard; {@link #NONE} at first. */
    private final int[] heard;
    /** By slot what the segments that are being heard agree on. */
    private final float[] posterior;

    private int agreed;
    private int best;
    private float bestPosterior;
    private float ownPosterior;
    /** By slot 1 ÷ its threshold, in a decision. */
    private final float[] scale;

    private SurfaceVote(SegmentationEvidence evidence, SurfaceSegments segments, double own) {
        this.evidence = evidence;
        this.segments = segments;
        this.own = (float) own;
        for (int level = 0; level < LEVELS; level++) {
            ownWord[level] = this.own * level / 255;
        }
        this.classes = mentioned(evidence);
        for (int slot = 0; slot < classes.length; slot++) {
            slots[classes[slot]] = slot;
        }
        this.opinions = new float[segments.partitions().size()][];
        this.heard = new int[opinions.length];
        Arrays.fill(heard, NONE);
        this.posterior = new float[classes.length];
        this.scale = new float[classes.length];
    }

    /**
     * By the mean of the probabilities.
     *
     * @param weight of each pixel's vote, 0–1; a segment in which nobody votes has no opinion
     * @param own 0–1, how much the pixel's own probabilities count against the segments'
     */
    public static SurfaceVote mean(
            SegmentationEvidence evidence, SurfaceSegments segments, float[] weight, double own) {
        SurfaceVote vote = new SurfaceVote(evidence, segments, own);
        int[] voters = segments.grid().middlePixels();
        for (int i = 0; i < vote.opinions.length; i++) {
            vote.opinions[i] = vote.means(segments.partitions().get(i), voters, weight);
        }
        return vote;
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
        SurfaceVote vote = new SurfaceVote(evidence, segments, own);
        int[] voters = segments.grid().middlePixels();
        ProductPool pool = new ProductPool(evidence, vote.classes, vote.slots, numberOfClasses, prior);
        for (int i = 0; i < vote.opinions.length; i++) {
            vote.opinions[i] = pool.opinions(segments.partitions().get(i), voters, weight);
        }
        return vote;
    }

    /** The blocks that vote, and for which {@link #probabilities} answers. */
    public BlockGrid grid() {
        return segments.grid();
    }

    private static int[] mentioned(SegmentationEvidence evidence) {
        boolean[] seen = new boolean[256];
        byte last = (byte) LabelMap.IGNORE;
        for (byte stored : evidence.classes()) {
            if (stored != last) {
                seen[stored & 0xFF] = true;
                last = stored;
            }
        }
        return java.util.stream.IntStream.range(0, LabelMap.IGNORE)
                .filter(index -> seen[index])
                .toArray();
    }

    private float[] means(Regions partition, int[] voters, float[] weight) {
        int pixels = evidence.pixels();
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
        for (int slot = 0; slot < classes.length; slot++) {
            scale[slot] = 1 / classThresholds[classes[slot]];
        }
        boolean[] overruled = new boolean[answer.length];
        Arrays.fill(heard, NONE);
        BlockGrid grid = segments.grid();
        for (int y = 0; y < grid.height() && classes.length > 0; y++) {
            int block = y / grid.factor() * grid.columns();
            int end = (y + 1) * grid.width();
            for (int pixel = y * grid.width(); pixel < end; block++) {
                hearSegments(block);
                int next = Math.min(pixel + grid.factor(), end);
                if (evidence.topK() == 1) {
                    decideByOne(pixel, next, answer, confidence, overruled, repair);
                } else {
                    decideByAll(pixel, next, answer, confidence, overruled, repair);
                }
                pixel = next;
            }
        }
        return overruled;
    }

    /** Some pixels of one block in a row, each of which speaks of several classes. */
    private void decideByAll(int from, int to, byte[] answer, float[] confidence, boolean[] overruled, boolean repair) {
        for (int pixel = from; pixel < to; pixel++) {
            if (answer[pixel] != (byte) LabelMap.IGNORE) {
                int ownSlot = slots[answer[pixel] & 0xFF];
                hearPixel(pixel, ownSlot);
                overruled[pixel] = best != ownSlot;
                confidence[pixel] = Math.min(1, repair ? bestPosterior : ownPosterior);
                if (repair) {
                    answer[pixel] = (byte) classes[best];
                }
            }
        }
    }

    /** As {@link #decideByAll} comes to where each pixel speaks of one class, in less than half of the time. */
    private void decideByOne(int from, int to, byte[] answer, float[] confidence, boolean[] overruled, boolean repair) {
        byte[] mentioned = evidence.classes();
        byte[] levels = evidence.probability();
        float agreedPosterior = posterior[agreed];
        float agreedTimes = agreedPosterior * scale[agreed];
        for (int pixel = from; pixel < to; pixel++) {
            byte own = answer[pixel];
            if (own == (byte) LabelMap.IGNORE) {
                continue;
            }
            int ownSlot = slots[own & 0xFF];
            int winner = agreed;
            float winnerPosterior = agreedPosterior;
            float ownValue = posterior[ownSlot];
            byte word = mentioned[pixel];
            int level = levels[pixel] & 0xFF;
            if (level != 0 && word != (byte) LabelMap.IGNORE) {
                int slot = word == own ? ownSlot : slots[word & 0xFF];
                float heard = posterior[slot] + ownWord[level];
                float times = heard * scale[slot];
                ownValue = slot == ownSlot ? heard : ownValue;
                if (times > agreedTimes || times == agreedTimes && slot <= agreed) {
                    winner = slot;
                    winnerPosterior = heard;
                }
            }
            overruled[pixel] = winner != ownSlot;
            confidence[pixel] = Math.min(1, repair ? winnerPosterior : ownValue);
            if (repair) {
                answer[pixel] = (byte) classes[winner];
            }
        }
    }

    /**
     * What the segments of a block and its middle pixel's own word come to.
     *
     * @param probabilities out: by class index; those of classes that the frame does not mention stay
     */
    public void probabilities(int block, int middlePixel, float[] probabilities) {
        hearSegments(block);
        for (int slot = 0; slot < classes.length; slot++) {
            probabilities[classes[slot]] = posterior[slot];
        }
        for (int at = middlePixel; at < evidence.classes().length; at += evidence.pixels()) {
            int label = evidence.classes()[at] & 0xFF;
            if (label != LabelMap.IGNORE) {
                probabilities[label] += ownWord[evidence.probability()[at] & 0xFF];
            }
        }
    }

    /** What the segments of a block agree on; mostly they are those of the block before. */
    private void hearSegments(int block) {
        boolean same = true;
        for (int partition = 0; partition < opinions.length; partition++) {
            int segment = segments.partitions().get(partition).region()[block];
            same &= heard[partition] == segment;
            heard[partition] = segment;
        }
        if (same) {
            return;
        }
        float share = (1 - own) / opinions.length;
        Arrays.fill(posterior, 0);
        for (int partition = 0; partition < opinions.length; partition++) {
            int from = heard[partition] * classes.length;
            float[] opinion = opinions[partition];
            for (int slot = 0; slot < posterior.length; slot++) {
                posterior[slot] += share * opinion[from + slot];
            }
        }
        agreed = 0;
        for (int slot = 1; slot < posterior.length; slot++) {
            agreed = posterior[slot] * scale[slot] > posterior[agreed] * scale[agreed] ? slot : agreed;
        }
    }

    /**
     * Only what the segments agree on and the classes for which the pixel itself speaks can be furthest above their
     * thresholds; of equals the first.
     *
     * @param ownSlot of the answer so far
     */
    private void hearPixel(int pixel, int ownSlot) {
        int pixels = evidence.pixels();
        byte[] mentioned = evidence.classes();
        byte[] levels = evidence.probability();
        best = agreed;
        bestPosterior = posterior[agreed];
        ownPosterior = posterior[ownSlot];
        float most = bestPosterior * scale[agreed];
        for (int at = pixel; at < mentioned.length; at += pixels) {
            int level = levels[at] & 0xFF;
            if (level == 0 || mentioned[at] == (byte) LabelMap.IGNORE) {
                continue;
            }
            int slot = slots[mentioned[at] & 0xFF];
            float value = posterior[slot] + ownWord[level];
            float times = value * scale[slot];
            if (slot == ownSlot) {
                ownPosterior = value;
            }
            if (times > most || times == most && slot <= best) {
                best = slot;
                bestPosterior = value;
                most = times;
            }
        }
    }
}
