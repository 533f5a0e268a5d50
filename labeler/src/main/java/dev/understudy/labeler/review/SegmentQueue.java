package dev.understudy.labeler.review;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.surface.Regions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the segments of a store and gives those whose correction should remove most errors, the rarer the class the
 * sooner. A segment's worth is its expected wrong pixels times {@code (most frequent class's pixels / its class's
 * pixels) ^ rarity}. Memory grows with the number of classes times the budget, not with the store. Safe for several
 * threads; the order in which frames come changes nothing.
 */
public final class SegmentQueue {
    /** The most that being rare counts, so that a class of a few stray pixels does not fill the queue. */
    private static final double MOST_FOR_RARITY = 16;

    private static final Comparator<QueuedSegment> PLACE =
            Comparator.comparingInt(QueuedSegment::frame).thenComparingInt(QueuedSegment::region);
    private static final Comparator<QueuedSegment> SMALLEST_FIRST =
            Comparator.comparingInt(QueuedSegment::pixels).thenComparing(PLACE.reversed());
    private static final Comparator<QueuedSegment> LEAST_DOUBT_FIRST =
            Comparator.comparingDouble(QueuedSegment::doubt).thenComparing(PLACE.reversed());

    private final int budget;
    private final int smallest;
    private final double rarity;
    private final long[] pixels = new long[LabelMap.IGNORE];
    private final List<PriorityQueue<QueuedSegment>> byClass = new ArrayList<>();
    private final PriorityQueue<QueuedSegment> largest = new PriorityQueue<>(SMALLEST_FIRST);
    private long segments;
    private long area;
    private long wrong;

    /**
     * @param budget how many segments people will look at, at least 1
     * @param smallest pixels of the smallest segment that is worth it
     * @param rarity 0–1; 0 = all classes are worth the same
     */
    public SegmentQueue(int budget, int smallest, double rarity) {
        this.budget = budget;
        this.smallest = smallest;
        this.rarity = rarity;
        for (int i = 0; i < LabelMap.IGNORE; i++) {
            byClass.add(new PriorityQueue<>(LEAST_DOUBT_FIRST));
        }
    }

    /**
     * Adds the segments of a frame.
     *
     * @param index of the frame in its source
     * @param doubt [H,W], 0–1: that the answer is wrong
     * @param truth to count errors by; null if it is not known
     */
    public void add(int index, Judgement judgement, float[] doubt, @Nullable LabelMap truth) {
        List<QueuedSegment> found = segments(index, judgement, doubt, truth);
        synchronized (this) {
            for (QueuedSegment segment : found) {
                pixels[segment.label()] += segment.pixels();
                if (segment.pixels() >= smallest) {
                    segments++;
                    area += segment.pixels();
                    wrong += segment.wrong();
                    keep(segment, byClass.get(segment.label()));
                    keep(segment, largest);
                }
            }
        }
    }

    private void keep(QueuedSegment segment, PriorityQueue<QueuedSegment> best) {
        best.add(segment);
        if (best.size() > budget) {
            best.remove();
        }
    }

    /** The areas by which {@link QueuedSegment#region} counts. */
    public static Regions regions(Judgement judgement) {
        return Regions.ofLabels(judgement.width(), judgement.height(), judgement.classes());
    }

    private static List<QueuedSegment> segments(
            int index, Judgement judgement, float[] doubt, @Nullable LabelMap truth) {
        Regions regions = regions(judgement);
        int[] wrongs = new int[regions.count()];
        int[][] boxes = new int[regions.count()][];
        double[] doubts = new double[regions.count()];
        byte[] answers = judgement.classes();
        int[] labels = new int[regions.count()];
        for (int i = 0; i < answers.length; i++) {
            int region = regions.region()[i];
            int x = i % judgement.width();
            int y = i / judgement.width();
            int[] box = boxes[region];
            if (box == null) {
                labels[region] = answers[i] & 0xFF;
                boxes[region] = new int[] {x, y, x, y};
            } else {
                box[0] = Math.min(box[0], x);
                box[2] = Math.max(box[2], x);
                box[3] = y;
            }
            doubts[region] += doubt[i];
            boolean isWrong = truth != null && truth.classAt(i) != LabelMap.IGNORE && truth.classes()[i] != answers[i];
            wrongs[region] += isWrong ? 1 : 0;
        }
        List<QueuedSegment> segments = new ArrayList<>();
        for (int region = 0; region < boxes.length; region++) {
            if (labels[region] != LabelMap.IGNORE) {
                int[] box = boxes[region];
                segments.add(new QueuedSegment(
                        index,
                        region,
                        labels[region],
                        regions.size()[region],
                        box[0],
                        box[1],
                        box[2],
                        box[3],
                        doubts[region],
                        wrongs[region]));
            }
        }
        return segments;
    }

    /** The segments to look at, those worth most first; at most the budget. */
    public synchronized List<QueuedSegment> best() {
        Stream<QueuedSegment> candidates = byClass.stream().flatMap(PriorityQueue::stream);
        return candidates
                .sorted(Comparator.comparingDouble(this::worth).reversed().thenComparing(PLACE))
                .limit(budget)
                .toList();
    }

    /** The largest segments, as many as the budget: what somebody would correct who knows nothing of doubt. */
    public synchronized List<QueuedSegment> largest() {
        return largest.stream().sorted(SMALLEST_FIRST.reversed()).toList();
    }

    private double worth(QueuedSegment segment) {
        long most = 0;
        for (long of : pixels) {
            most = Math.max(most, of);
        }
        double rare = (double) most / pixels[segment.label()];
        return segment.doubt() * Math.min(Math.pow(rare, rarity), MOST_FOR_RARITY);
    }

    /** Segments that are not too small. */
    public synchronized long segments() {
        return segments;
    }

    /** Pixels in them. */
    public synchronized long area() {
        return area;
    }

    /** Wrong pixels in them, where the truth is known. */
    public synchronized long wrong() {
        return wrong;
    }
}
