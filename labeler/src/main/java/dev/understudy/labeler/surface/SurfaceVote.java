package dev.understudy.labeler.surface;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.store.SegmentationEvidence;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pixels of a piece of surface say together: the mean of their top-k probabilities, or of the logarithms of these,
 * each pixel's vote weighed. Over several partitions the opinions are averaged, and the pixel's own word is mixed in. Only classes that the frame's evidence
 * mentions are kept, so memory is pieces × those.
 */
public final class SurfaceVote {
    private final SegmentationEvidence evidence;
    private final List<Regions> partitions;
    private final float own;
    /** By slot the class, in index order. */
    private final int[] classes;
    /** By class the slot. */
    private final int[] slots = new int[256];
    /** By partition: [piece·slots + slot], the probability that the piece agrees on. */
    private final float[][] opinions;

    private final float[] posterior;
    /** By partition the piece that the posterior is of; −1 = none yet. */
    private final int[] heardPieces;

    private int agreed;
    /** By rank of the pixel's own classes: the posterior without its own word. */
    private final float[] before;

    private SurfaceVote(SegmentationEvidence evidence, List<Regions> partitions, double own) {
        this.evidence = evidence;
        this.partitions = partitions;
        this.own = (float) own;
        this.classes = mentioned(evidence);
        for (int slot = 0; slot < classes.length; slot++) {
            slots[classes[slot]] = slot;
        }
        this.opinions = new float[partitions.size()][];
        this.posterior = new float[classes.length];
        this.heardPieces = new int[partitions.size()];
        this.before = new float[evidence.topK()];
    }

    /**
     * By the mean of the probabilities.
     *
     * @param weight of each pixel's vote, 0–1; a piece in which nobody votes has no opinion
     * @param own 0–1, how much the pixel's own probabilities count against the pieces'
     */
    public static SurfaceVote mean(
            SegmentationEvidence evidence, List<Regions> partitions, float[] weight, double own) {
        SurfaceVote vote = new SurfaceVote(evidence, partitions, own);
        for (int i = 0; i < vote.opinions.length; i++) {
            vote.opinions[i] = vote.means(partitions.get(i), weight);
        }
        return vote;
    }

    /**
     * As {@link #mean} by the mean of the logarithms of the probabilities.
     *
     * @param numberOfClasses of the evidence's space
     * @param lie what else is known of the frame's surfaces; null = nothing
     */
    public static SurfaceVote product(
            SegmentationEvidence evidence,
            List<Regions> partitions,
            float[] weight,
            double own,
            int numberOfClasses,
            @Nullable SurfaceLie lie) {
        SurfaceVote vote = new SurfaceVote(evidence, partitions, own);
        ProductPool pool = new ProductPool(evidence, vote.classes, vote.slots, numberOfClasses, lie);
        for (int i = 0; i < vote.opinions.length; i++) {
            vote.opinions[i] = pool.opinions(partitions.get(i), weight);
        }
        return vote;
    }

    private static int[] mentioned(SegmentationEvidence evidence) {
        boolean[] seen = new boolean[256];
        for (byte stored : evidence.classes()) {
            seen[stored & 0xFF] = true;
        }
        return java.util.stream.IntStream.range(0, LabelMap.IGNORE)
                .filter(index -> seen[index])
                .toArray();
    }

    private float[] means(Regions partition, float[] weight) {
        int pixels = evidence.pixels();
        float[] sum = new float[partition.count() * classes.length];
        float[] votes = new float[partition.count()];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int piece = partition.region()[pixel];
            votes[piece] += weight[pixel];
            for (int k = 0; k < evidence.topK(); k++) {
                int label = evidence.classes()[k * pixels + pixel] & 0xFF;
                if (label != LabelMap.IGNORE) {
                    sum[piece * classes.length + slots[label]] +=
                            weight[pixel] * (evidence.probability()[k * pixels + pixel] & 0xFF);
                }
            }
        }
        for (int piece = 0; piece < votes.length; piece++) {
            float scale = votes[piece] > 0 ? 1 / (255 * votes[piece]) : 0;
            for (int slot = 0; slot < classes.length; slot++) {
                sum[piece * classes.length + slot] *= scale;
            }
        }
        return sum;
    }

    /**
     * Fills in every pixel that has an answer.
     *
     * @param answer in and out: the class; out: the most probable one, if {@code repair}
     * @param confidence out: the probability of the answer, 0–1
     * @param bars by class index, above 0: the class with the largest multiple of its bar is the answer, the most probable one
     *     if all are equal
     * @return where the answer was, or would have been, another one
     */
    public boolean[] decide(byte[] answer, float[] confidence, boolean repair, float[] bars) {
        boolean[] overruled = new boolean[answer.length];
        Arrays.fill(heardPieces, -1);
        for (int pixel = 0; pixel < answer.length; pixel++) {
            if (answer[pixel] == (byte) LabelMap.IGNORE || classes.length == 0) {
                continue;
            }
            hearPieces(pixel, bars);
            hearPixel(pixel);
            int best = best(pixel, bars);
            overruled[pixel] = (byte) classes[best] != answer[pixel];
            if (repair) {
                answer[pixel] = (byte) classes[best];
            }
            confidence[pixel] = Math.min(1, posterior[slots[answer[pixel] & 0xFF]]);
            forgetPixel(pixel);
        }
        return overruled;
    }

    /** What the pieces of a pixel agree on; mostly they are those of the pixel before. */
    private void hearPieces(int pixel, float[] bars) {
        boolean heard = true;
        for (int partition = 0; partition < opinions.length; partition++) {
            int piece = partitions.get(partition).region()[pixel];
            heard &= heardPieces[partition] == piece;
            heardPieces[partition] = piece;
        }
        if (heard) {
            return;
        }
        float share = (1 - own) / partitions.size();
        Arrays.fill(posterior, 0);
        for (int partition = 0; partition < opinions.length; partition++) {
            int from = heardPieces[partition] * classes.length;
            float[] opinion = opinions[partition];
            for (int slot = 0; slot < posterior.length; slot++) {
                posterior[slot] += share * opinion[from + slot];
            }
        }
        agreed = 0;
        for (int slot = 1; slot < posterior.length; slot++) {
            agreed = isAbove(slot, agreed, bars) ? slot : agreed;
        }
    }

    private void hearPixel(int pixel) {
        int pixels = evidence.pixels();
        for (int k = 0; k < evidence.topK(); k++) {
            int label = evidence.classes()[k * pixels + pixel] & 0xFF;
            if (label != LabelMap.IGNORE) {
                int slot = slots[label];
                before[k] = posterior[slot];
                posterior[slot] += own * (evidence.probability()[k * pixels + pixel] & 0xFF) / 255;
            }
        }
    }

    private void forgetPixel(int pixel) {
        int pixels = evidence.pixels();
        for (int k = evidence.topK() - 1; k >= 0; k--) {
            int label = evidence.classes()[k * pixels + pixel] & 0xFF;
            if (label != LabelMap.IGNORE) {
                posterior[slots[label]] = before[k];
            }
        }
    }

    /** The slot of the class furthest above its bar: what the pieces agree on, or one that the pixel itself spoke for. */
    private int best(int pixel, float[] bars) {
        int pixels = evidence.pixels();
        int best = agreed;
        for (int k = 0; k < evidence.topK(); k++) {
            int label = evidence.classes()[k * pixels + pixel] & 0xFF;
            if (label != LabelMap.IGNORE && isAbove(slots[label], best, bars)) {
                best = slots[label];
            }
        }
        return best;
    }

    /** Of equals the first. */
    private boolean isAbove(int slot, int other, float[] bars) {
        float one = posterior[slot] * bars[classes[other]];
        float two = posterior[other] * bars[classes[slot]];
        return one > two || one == two && slot < other;
    }
}
