package dev.understudy.labeler.surface;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the pixels of a segment of surface say together: the mean of their top-k probabilities, or of the logarithms of
 * these, each pixel's vote weighed. Over several partitions the opinions are averaged, and the pixel's own word is
 * mixed in. Only classes that the frame's evidence mentions are kept, so memory is segments × those.
 */
public final class SurfaceVote {
    private static final int LEVELS = 256;
    private static final int NONE = -1;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

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
    private final float[] ownVote = new float[LEVELS];

    /** By partition and block the segment. */
    private final int[][] regions;
    /** By partition the segment that is being heard; {@link #NONE} at first. */
    private final int[] heard;
    /** By slot what the segments that are being heard agree on. */
    private final float[] posterior;

    private int agreed;
    /** What any other class comes to at most, its threshold and a pixel's own word for it counted. */
    private float others;
    /** By slot 1 ÷ its threshold, in a decision. */
    private final float[] scale;

    private SurfaceVote(SegmentationEvidence evidence, SurfaceSegments segments, double own) {
        this.evidence = evidence;
        this.segments = segments;
        this.own = (float) own;
        for (int level = 0; level < LEVELS; level++) {
            ownVote[level] = this.own * level / 255;
        }
        this.classes = mentioned(evidence);
        for (int slot = 0; slot < classes.length; slot++) {
            slots[classes[slot]] = slot;
        }
        this.opinions = new float[segments.partitions().size()][];
        this.regions = segments.partitions().stream().map(Regions::region).toArray(int[][]::new);
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

    /** Eight pixels that are of the same classes as the eight before are passed over at once. */
    private static int[] mentioned(SegmentationEvidence evidence) {
        byte[] stored = evidence.classes();
        boolean[] seen = new boolean[256];
        int whole = stored.length & -Long.BYTES;
        long before = 0;
        for (int from = 0; from < whole; from += Long.BYTES) {
            long eight = (long) EIGHT.get(stored, from);
            if (eight != before || from == 0) {
                note(stored, from, from + Long.BYTES, seen);
                before = eight;
            }
        }
        note(stored, whole, stored.length, seen);
        return IntStream.range(0, LabelMap.IGNORE).filter(index -> seen[index]).toArray();
    }

    private static void note(byte[] stored, int from, int to, boolean[] seen) {
        for (int i = from; i < to; i++) {
            seen[stored[i] & 0xFF] = true;
        }
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
        int columns = grid.columns();
        for (int row = 0; row < grid.rows() && classes.length > 0; row++) {
            int upper = row * grid.factor();
            int lower = Math.min(upper + grid.factor(), grid.height());
            int next;
            for (int column = 0; column < columns; column = next) {
                hearSegments(row * columns + column);
                next = column + 1;
                while (next < columns && isHeard(row * columns + next)) {
                    next++;
                }
                int from = column * grid.factor();
                int to = Math.min(next * grid.factor(), grid.width());
                for (int start = upper * grid.width(); start < lower * grid.width(); start += grid.width()) {
                    if (evidence.topK() == 1) {
                        decideByOne(start + from, start + to, answer, confidence, overruled, repair);
                    } else {
                        decideBySome(start + from, start + to, answer, confidence, overruled, repair);
                    }
                }
            }
        }
        return overruled;
    }

    private boolean isHeard(int block) {
        for (int partition = 0; partition < heard.length; partition++) {
            if (heard[partition] != regions[partition][block]) {
                return false;
            }
        }
        return true;
    }

    /**
     * As {@link #decideByAll}, without a look at what else pixels mention where they say first what their segments
     * agree on, and so surely that no other word of theirs could change it. Most do.
     */
    private void decideBySome(
            int from, int to, byte[] answer, float[] confidence, boolean[] overruled, boolean repair) {
        byte[] mentioned = evidence.classes();
        byte[] levels = evidence.probability();
        float[] ownVote = this.ownVote;
        byte agreedClass = (byte) classes[agreed];
        float agreedPosterior = posterior[agreed];
        float agreedScale = scale[agreed];
        float others = this.others;
        int unsure = from;
        for (int pixel = from; pixel < to; pixel++) {
            if (answer[pixel] == agreedClass && mentioned[pixel] == agreedClass) {
                float heard = agreedPosterior + ownVote[levels[pixel] & 0xFF];
                if (heard * agreedScale > others) {
                    if (unsure < pixel) {
                        decideByAll(unsure, pixel, answer, confidence, overruled, repair);
                    }
                    confidence[pixel] = heard > 1 ? 1 : heard;
                    unsure = pixel + 1;
                }
            }
        }
        if (unsure < to) {
            decideByAll(unsure, to, answer, confidence, overruled, repair);
        }
    }

    /** Some pixels in a row that have the same segments, each of which speaks of several classes. */
    private void decideByAll(int from, int to, byte[] answer, float[] confidence, boolean[] overruled, boolean repair) {
        int pixels = evidence.pixels();
        byte[] mentioned = evidence.classes();
        byte[] levels = evidence.probability();
        float[] posterior = this.posterior;
        float[] scale = this.scale;
        float[] ownVote = this.ownVote;
        int[] slots = this.slots;
        float agreedTimes = posterior[agreed] * scale[agreed];
        for (int pixel = from; pixel < to; pixel++) {
            if (answer[pixel] == (byte) LabelMap.IGNORE) {
                continue;
            }
            int ownSlot = slots[answer[pixel] & 0xFF];
            // Only what the segments agree on and the classes for which the pixel itself speaks can be furthest above
            // their thresholds; of equals the first
            int best = agreed;
            float bestPosterior = posterior[agreed];
            float ownPosterior = posterior[ownSlot];
            float most = agreedTimes;
            for (int at = pixel; at < mentioned.length; at += pixels) {
                int level = levels[at] & 0xFF;
                if (level == 0 || mentioned[at] == (byte) LabelMap.IGNORE) {
                    continue;
                }
                int slot = slots[mentioned[at] & 0xFF];
                float value = posterior[slot] + ownVote[level];
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
            overruled[pixel] = best != ownSlot;
            confidence[pixel] = Math.min(1, repair ? bestPosterior : ownPosterior);
            if (repair) {
                answer[pixel] = (byte) classes[best];
            }
        }
    }

    /** As {@link #decideByAll} comes to where each pixel speaks of one class, in a fraction of the time. */
    private void decideByOne(int from, int to, byte[] answer, float[] confidence, boolean[] overruled, boolean repair) {
        byte[] mentioned = evidence.classes();
        int next;
        for (int pixel = from; pixel < to; pixel = next) {
            byte own = answer[pixel];
            byte word = mentioned[pixel];
            next = pixel + 1;
            while (next < to && answer[next] == own && mentioned[next] == word) {
                next++;
            }
            if (own == (byte) LabelMap.IGNORE) {
                continue;
            }
            int ownSlot = slots[own & 0xFF];
            if (word != own) {
                decideByAll(pixel, next, answer, confidence, overruled, repair);
            } else if (ownSlot == agreed) {
                confirm(pixel, next, confidence);
            } else {
                contest(pixel, next, ownSlot, answer, confidence, overruled, repair);
            }
        }
    }

    /** Pixels that say what their segments agree on. */
    private void confirm(int from, int to, float[] confidence) {
        byte[] levels = evidence.probability();
        float[] ownVote = this.ownVote;
        float agreedPosterior = posterior[agreed];
        for (int pixel = from; pixel < to; pixel++) {
            float heard = agreedPosterior + ownVote[levels[pixel] & 0xFF];
            confidence[pixel] = heard > 1 ? 1 : heard;
        }
    }

    /** Pixels that say another class than their segments agree on. */
    private void contest(
            int from, int to, int slot, byte[] answer, float[] confidence, boolean[] overruled, boolean repair) {
        byte[] levels = evidence.probability();
        float[] ownVote = this.ownVote;
        float agreedPosterior = posterior[agreed];
        float agreedTimes = agreedPosterior * scale[agreed];
        float ownPosterior = posterior[slot];
        float ownScale = scale[slot];
        byte agreedClass = (byte) classes[agreed];
        for (int pixel = from; pixel < to; pixel++) {
            float heard = ownPosterior + ownVote[levels[pixel] & 0xFF];
            float times = heard * ownScale;
            boolean loses = times < agreedTimes || times == agreedTimes && slot > agreed;
            overruled[pixel] = loses;
            float value = loses && repair ? agreedPosterior : heard;
            confidence[pixel] = value > 1 ? 1 : value;
            if (loses && repair) {
                answer[pixel] = agreedClass;
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
                probabilities[label] += ownVote[evidence.probability()[at] & 0xFF];
            }
        }
    }

    /** What the segments of a block agree on; mostly they are those of the block before. */
    private void hearSegments(int block) {
        if (isHeard(block)) {
            return;
        }
        for (int partition = 0; partition < opinions.length; partition++) {
            heard[partition] = regions[partition][block];
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
        others = 0;
        for (int slot = 0; slot < posterior.length; slot++) {
            float most = (posterior[slot] + ownVote[LEVELS - 1]) * scale[slot];
            others = slot != agreed && most > others ? most : others;
        }
    }
}
