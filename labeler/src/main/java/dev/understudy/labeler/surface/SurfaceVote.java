package dev.understudy.labeler.surface;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the pixels of a segment of surface say together: the mean of their top-k probabilities, or of the logarithms of
 * these, each pixel's vote weighed. Over several partitions the opinions are averaged, and the pixel's own word is
 * mixed in. Only classes that the frame's evidence mentions are kept, so memory is those × what lies in the same
 * segments.
 */
public final class SurfaceVote {
    private static final int LEVELS = 256;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final SegmentationEvidence evidence;
    private final BlockGrid grid;
    /** By slot the class, in index order. */
    private final int[] classes;
    /** By class the slot. */
    private final int[] slots = new int[256];
    /** By stored level what a pixel's own word adds. */
    private final float[] ownVote = new float[LEVELS];

    /** By block the part of the picture that lies in the same segments of all partitions. */
    private final int[] parts;
    /** [part·slots + slot], what a part's segments agree on. */
    private final float[] posterior;

    /** By part, in a decision, the slot that is furthest above its threshold. */
    private final int[] agreed;
    /** By part what any other class comes to at most, its threshold and a pixel's own word for it counted. */
    private final float[] others;
    /** By slot 1 ÷ its threshold, in a decision. */
    private final float[] scale;

    /** Where the part at hand starts in {@link #posterior}, and what it agrees on. */
    private int from;

    private int agreedSlot;
    private float othersMost;

    private SurfaceVote(SegmentationEvidence evidence, SurfaceSegments segments, double own, Opinions opinions) {
        this.evidence = evidence;
        this.grid = segments.grid();
        float pixelsOwn = (float) own;
        for (int level = 0; level < LEVELS; level++) {
            ownVote[level] = pixelsOwn * level / 255;
        }
        this.classes = mentioned(evidence);
        for (int slot = 0; slot < classes.length; slot++) {
            slots[classes[slot]] = slot;
        }
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
        this.agreed = new int[cut.first.length];
        this.others = new float[cut.first.length];
        this.scale = new float[classes.length];
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
                    known = new ProductPool(evidence, vote.classes, vote.slots, numberOfClasses, prior);
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

    /** What is filled in; null = nobody asks for it. */
    private record Decision(
            byte[] answer, float @Nullable [] confidence, boolean @Nullable [] overruled, boolean repair) {
        /** For a pixel whose segments and own word favour {@code best}. */
        void settle(int pixel, byte best, boolean another, float bestPosterior, float ownPosterior) {
            if (overruled != null) {
                overruled[pixel] = another;
            }
            if (confidence != null) {
                confidence[pixel] = Math.min(1, repair ? bestPosterior : ownPosterior);
            }
            if (repair) {
                answer[pixel] = best;
            }
        }
    }

    private void decide(Decision decision, float[] classThresholds) {
        for (int slot = 0; slot < classes.length; slot++) {
            scale[slot] = 1 / classThresholds[classes[slot]];
        }
        for (int part = 0; part < agreed.length && classes.length > 0; part++) {
            agree(part);
        }
        int columns = grid.columns();
        for (int row = 0; row < grid.rows() && classes.length > 0; row++) {
            int upper = row * grid.factor();
            int lower = Math.min(upper + grid.factor(), grid.height());
            int next;
            for (int column = 0; column < columns; column = next) {
                int part = parts[row * columns + column];
                next = column + 1;
                while (next < columns && parts[row * columns + next] == part) {
                    next++;
                }
                hear(part);
                int left = column * grid.factor();
                int right = Math.min(next * grid.factor(), grid.width());
                for (int start = upper * grid.width(); start < lower * grid.width(); start += grid.width()) {
                    decide(start + left, start + right, decision);
                }
            }
        }
    }

    /** Pixels in a row that have the same segments. */
    private void decide(int from, int to, Decision decision) {
        boolean answersAlone = decision.confidence == null && decision.overruled == null;
        if (answersAlone && decision.repair && posterior[this.from + agreedSlot] * scale[agreedSlot] > othersMost) {
            answerAlike(from, to, decision.answer);
        } else if (evidence.topK() == 1) {
            decideByOne(from, to, decision);
        } else {
            decideBySome(from, to, decision);
        }
    }

    /** Where the segments agree so surely that no pixel's word for another class could change it. */
    private void answerAlike(int from, int to, byte[] answer) {
        byte agreedClass = (byte) classes[agreedSlot];
        for (int pixel = from; pixel < to; pixel++) {
            if (answer[pixel] != agreedClass && answer[pixel] != (byte) LabelMap.IGNORE) {
                answer[pixel] = agreedClass;
            }
        }
    }

    private void hear(int part) {
        from = part * classes.length;
        agreedSlot = agreed[part];
        othersMost = others[part];
    }

    private void agree(int part) {
        int from = part * classes.length;
        int best = 0;
        for (int slot = 1; slot < scale.length; slot++) {
            best = posterior[from + slot] * scale[slot] > posterior[from + best] * scale[best] ? slot : best;
        }
        float second = 0;
        for (int slot = 0; slot < scale.length; slot++) {
            float most = (posterior[from + slot] + ownVote[LEVELS - 1]) * scale[slot];
            second = slot != best && most > second ? most : second;
        }
        agreed[part] = best;
        others[part] = second;
    }

    /**
     * As {@link #decideByAll}, without a look at what else pixels mention where they say first what their segments
     * agree on, and so surely that no other word of theirs could change it. Most do.
     */
    private void decideBySome(int from, int to, Decision decision) {
        byte[] answer = decision.answer;
        float[] confidence = decision.confidence;
        byte[] mentioned = evidence.classes();
        byte[] levels = evidence.probability();
        float[] ownVote = this.ownVote;
        byte agreedClass = (byte) classes[agreedSlot];
        float agreedPosterior = posterior[this.from + agreedSlot];
        float agreedScale = scale[agreedSlot];
        float others = othersMost;
        int unsure = from;
        for (int pixel = from; pixel < to; pixel++) {
            if (answer[pixel] == agreedClass && mentioned[pixel] == agreedClass) {
                float heard = agreedPosterior + ownVote[levels[pixel] & 0xFF];
                if (heard * agreedScale > others) {
                    if (unsure < pixel) {
                        decideByAll(unsure, pixel, decision);
                    }
                    if (confidence != null) {
                        confidence[pixel] = heard > 1 ? 1 : heard;
                    }
                    unsure = pixel + 1;
                }
            }
        }
        if (unsure < to) {
            decideByAll(unsure, to, decision);
        }
    }

    /** Some pixels in a row that have the same segments, each of which speaks of several classes. */
    private void decideByAll(int from, int to, Decision decision) {
        byte[] answer = decision.answer;
        int pixels = evidence.pixels();
        byte[] mentioned = evidence.classes();
        byte[] levels = evidence.probability();
        float[] posterior = this.posterior;
        float[] scale = this.scale;
        float[] ownVote = this.ownVote;
        int[] slots = this.slots;
        int part = this.from;
        float agreedTimes = posterior[part + agreedSlot] * scale[agreedSlot];
        for (int pixel = from; pixel < to; pixel++) {
            if (answer[pixel] == (byte) LabelMap.IGNORE) {
                continue;
            }
            int ownSlot = slots[answer[pixel] & 0xFF];
            // Only what the segments agree on and the classes for which the pixel itself speaks can be furthest above
            // their thresholds; of equals the first
            int best = agreedSlot;
            float bestPosterior = posterior[part + agreedSlot];
            float ownPosterior = posterior[part + ownSlot];
            float most = agreedTimes;
            for (int at = pixel; at < mentioned.length; at += pixels) {
                int level = levels[at] & 0xFF;
                if (level == 0 || mentioned[at] == (byte) LabelMap.IGNORE) {
                    continue;
                }
                int slot = slots[mentioned[at] & 0xFF];
                float value = posterior[part + slot] + ownVote[level];
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
            decision.settle(pixel, (byte) classes[best], best != ownSlot, bestPosterior, ownPosterior);
        }
    }

    /** As {@link #decideByAll} comes to where each pixel speaks of one class, in a fraction of the time. */
    private void decideByOne(int from, int to, Decision decision) {
        byte[] answer = decision.answer;
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
                decideByAll(pixel, next, decision);
            } else if (ownSlot != agreedSlot) {
                contest(pixel, next, ownSlot, decision);
            } else if (decision.confidence != null) {
                confirm(pixel, next, decision.confidence);
            }
        }
    }

    /** Pixels that say what their segments agree on. */
    private void confirm(int from, int to, float[] confidence) {
        byte[] levels = evidence.probability();
        float[] ownVote = this.ownVote;
        float agreedPosterior = posterior[this.from + agreedSlot];
        for (int pixel = from; pixel < to; pixel++) {
            float heard = agreedPosterior + ownVote[levels[pixel] & 0xFF];
            confidence[pixel] = heard > 1 ? 1 : heard;
        }
    }

    /** Pixels that say another class than their segments agree on. */
    private void contest(int from, int to, int slot, Decision decision) {
        byte[] answer = decision.answer;
        float[] confidence = decision.confidence;
        boolean[] overruled = decision.overruled;
        boolean repair = decision.repair;
        byte[] levels = evidence.probability();
        float[] ownVote = this.ownVote;
        float agreedPosterior = posterior[this.from + agreedSlot];
        float agreedTimes = agreedPosterior * scale[agreedSlot];
        float ownPosterior = posterior[this.from + slot];
        float ownScale = scale[slot];
        byte agreedClass = (byte) classes[agreedSlot];
        for (int pixel = from; pixel < to; pixel++) {
            float heard = ownPosterior + ownVote[levels[pixel] & 0xFF];
            float times = heard * ownScale;
            boolean loses = times < agreedTimes || times == agreedTimes && slot > agreedSlot;
            if (overruled != null) {
                overruled[pixel] = loses;
            }
            if (confidence != null) {
                float value = loses && repair ? agreedPosterior : heard;
                confidence[pixel] = value > 1 ? 1 : value;
            }
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
