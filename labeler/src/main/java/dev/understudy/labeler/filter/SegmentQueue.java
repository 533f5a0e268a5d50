package dev.understudy.labeler.filter;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.surface.Regions;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Collection;
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

    /**
     * A four-connected area of one answer, which a person would correct in one go.
     *
     * @param frame index of its frame in the source
     * @param region number of the area in its frame, from 0 in order of the areas' first pixels
     * @param label class of the answer
     * @param pixels its area
     * @param left column of its leftmost pixel; the box is left, top, right and bottom, all inside
     * @param doubt how many of its pixels are expected to be wrong
     * @param wrong how many of its pixels are wrong, where the truth is known; 0 otherwise
     */
    @RecordBuilder
    @RecordBuilder.Options(prefixEnclosingClassNames = false)
    public record QueuedSegment(
            int frame,
            int region,
            int label,
            int pixels,
            int left,
            int top,
            int right,
            int bottom,
            double doubt,
            int wrong) {}

    /**
     * How likely each answer is wrong, by all that a store and others know. An answer is right if all who speak of it
     * are: the policy's confidence; the share of test-time views that agree; and, where another store says another
     * class, the improbability of that one. Safe for several threads.
     */
    public static final class PixelDoubt {
        private static final EvidencePlanes VIEWS = new EvidencePlanes(1, false, true, false);

        private final CalibratedStore store;
        private final List<CalibratedStore> others;

        /** @param others of the same frames by other experts; those that lack a frame say nothing of it */
        public PixelDoubt(CalibratedStore store, Collection<CalibratedStore> others) {
            this.store = store;
            this.others = List.copyOf(others);
        }

        /** [H,W], 0–1: that the judgement's answer is wrong. */
        public float[] of(Frame frame, Judgement judgement) {
            float[] right = judgement.confidence().clone();
            SegmentationEvidence own = segmentation(store, frame, VIEWS);
            for (int i = 0; i < right.length; i++) {
                // Where the policy gives another answer than the expert, the expert's views do not speak of it.
                if (own.classes()[i] == judgement.classes()[i]) {
                    right[i] *= (own.agreement()[i] & 0xFF) / 255f;
                }
            }
            for (CalibratedStore other : others) {
                if (other.store().contains(frame.id())) {
                    SegmentationEvidence theirs = segmentation(other, frame, EvidencePlanes.LABELS);
                    for (int i = 0; i < right.length; i++) {
                        if (theirs.classes()[i] != judgement.classes()[i]) {
                            right[i] *= 1 - (theirs.probability()[i] & 0xFF) / 255f;
                        }
                    }
                }
            }
            for (int i = 0; i < right.length; i++) {
                right[i] = 1 - right[i];
            }
            return right;
        }

        private static SegmentationEvidence segmentation(CalibratedStore store, Frame frame, EvidencePlanes planes) {
            Evidence evidence = store.get(frame.id(), planes);
            SegmentationEvidence segmentation = evidence.segmentation();
            if (segmentation == null || evidence.width() != frame.width() || evidence.height() != frame.height()) {
                throw new DataException("frame " + frame.id() + ": found "
                        + (segmentation == null ? "no labels" : evidence.width() + "×" + evidence.height()) + " in "
                        + store.store().path() + ", expected labels of " + frame.width() + "×" + frame.height()
                        + "; compare stores of labels of the same pictures");
            }
            return segmentation;
        }
    }
}
