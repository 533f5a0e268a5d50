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
    private int best;
    private float bestSays;
    private float ownSays;
    /** By slot, in a decision. */
    private final float[] bars;

    /** By stored level what a pixel's own word adds. */
    private final float[] ownWord = new float[256];

    private SurfaceVote(SegmentationEvidence evidence, List<Regions> partitions, double own) {
        this.evidence = evidence;
        this.partitions = partitions;
        this.own = (float) own;
        for (int level = 0; level < ownWord.length; level++) {
            ownWord[level] = this.own * level / 255;
        }
        this.classes = mentioned(evidence);
        for (int slot = 0; slot < classes.length; slot++) {
            slots[classes[slot]] = slot;
        }
        this.opinions = new float[partitions.size()][];
        this.posterior = new float[classes.length];
        this.bars = new float[classes.length];
        this.heardPieces = new int[partitions.size()];
    }

    /**
     * By the mean of the probabilities.
     *
     * @param weight of each pixel's vote, 0–1; a piece in which nobody votes has no opinion
     * @param own 0–1, how much the pixel's own probabilities count against the pieces'
     */
    public static SurfaceVote mean(SegmentationEvidence evidence, SurfacePieces pieces, float[] weight, double own) {
        SurfaceVote vote = new SurfaceVote(evidence, pieces.partitions(), own);
        for (int i = 0; i < vote.opinions.length; i++) {
            vote.opinions[i] = vote.means(pieces.partitions().get(i), pieces.voters(), weight);
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
            SurfacePieces pieces,
            float[] weight,
            double own,
            int numberOfClasses,
            @Nullable SurfaceLie lie) {
        SurfaceVote vote = new SurfaceVote(evidence, pieces.partitions(), own);
        ProductPool pool = new ProductPool(evidence, vote.classes, vote.slots, numberOfClasses, lie);
        for (int i = 0; i < vote.opinions.length; i++) {
            vote.opinions[i] = pool.opinions(pieces.partitions().get(i), pieces.voters(), weight);
        }
        return vote;
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
        for (int pixel : voters) {
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
     * @param classBars by class index, above 0: the class with the largest multiple of its bar is the answer, the most probable one
     *     if all are equal
     * @return where the answer was, or would have been, another one
     */
    public boolean[] decide(byte[] answer, float[] confidence, boolean repair, float[] classBars) {
        for (int slot = 0; slot < classes.length; slot++) {
            bars[slot] = classBars[classes[slot]];
        }
        boolean[] overruled = new boolean[answer.length];
        Arrays.fill(heardPieces, -1);
        for (int pixel = 0; pixel < answer.length; pixel++) {
            if (answer[pixel] == (byte) LabelMap.IGNORE || classes.length == 0) {
                continue;
            }
            hearPieces(pixel);
            int ownSlot = slots[answer[pixel] & 0xFF];
            hearPixel(pixel, ownSlot);
            overruled[pixel] = best != ownSlot;
            if (repair) {
                answer[pixel] = (byte) classes[best];
            }
            confidence[pixel] = Math.min(1, repair ? bestSays : ownSays);
        }
        return overruled;
    }

    /** What the pieces of a pixel agree on; mostly they are those of the pixel before. */
    private void hearPieces(int pixel) {
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
            agreed = isAbove(slot, posterior[slot], agreed, posterior[agreed]) ? slot : agreed;
        }
    }

    /**
     * Only what the pieces agree on and the classes for which the pixel itself speaks can be furthest above their bars.
     *
     * @param ownSlot of the answer so far
     */
    private void hearPixel(int pixel, int ownSlot) {
        int pixels = evidence.pixels();
        best = agreed;
        bestSays = posterior[agreed];
        ownSays = posterior[ownSlot];
        for (int at = pixel; at < evidence.classes().length; at += pixels) {
            int label = evidence.classes()[at] & 0xFF;
            if (label == LabelMap.IGNORE) {
                continue;
            }
            int slot = slots[label];
            float says = posterior[slot] + ownWord[evidence.probability()[at] & 0xFF];
            if (slot == ownSlot) {
                ownSays = says;
            }
            if (slot == best || isAbove(slot, says, best, bestSays)) {
                best = slot;
                bestSays = says;
            }
        }
    }

    /** Of equals the first. */
    private boolean isAbove(int slot, float says, int other, float otherSays) {
        float one = says * bars[other];
        float two = otherSays * bars[slot];
        return one > two || one == two && slot < other;
    }
}
