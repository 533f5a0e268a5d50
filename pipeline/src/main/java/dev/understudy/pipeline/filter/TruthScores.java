package dev.understudy.pipeline.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.ClassCounts;
import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import dev.understudy.files.DataException;
import dev.understudy.store.LabelStore;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What labels are worth on those of their frames that are annotated, over all classes and over those that their expert
 * can say at all. Shares 0–1, of the pixels that have a label and a true class; null where there are none.
 *
 * @param frames that are annotated in the labels' class space
 * @param meanIou over the classes that the truth has
 * @param known classes that the expert can say; null = all
 * @param knownPixelAccuracy of the pixels whose true class it can say; null if it can say all
 * @param knownMeanIou over the classes that the truth has and it can say; null if it can say all
 */
public record TruthScores(
        int frames,
        @Nullable Double pixelAccuracy,
        @Nullable Double meanIou,
        int classes,
        @Nullable Integer known,
        @Nullable Double knownPixelAccuracy,
        @Nullable Double knownMeanIou) {
    /** Sums over frames; safe for several threads. */
    public static final class Counter {
        private final String space;
        private final ClassCounts counts;
        private final @Nullable List<Integer> known;
        private int frames;

        public Counter(LabelStore store, ClassSpace classes) {
            this.space = classes.name();
            this.counts = new ClassCounts(classes.size());
            this.known = store.description().knownClasses();
        }

        /**
         * Counts a frame if it is annotated in the labels' class space.
         *
         * @throws DataException if its annotation has a class that the space does not have
         */
        public void add(Frame frame, LabelMap labels) {
            LabelMap truth = frame.segmentation();
            String annotated = frame.record().classes();
            if (truth == null || annotated != null && !annotated.equals(space)) {
                return;
            }
            ClassCounts one = new ClassCounts(counts.classes());
            try {
                one.add(truth, labels);
            } catch (IllegalArgumentException e) {
                throw new DataException(
                        "frame " + frame.id() + ": its annotation does not fit " + space + " (" + e.getMessage()
                                + "); correct it",
                        e);
            }
            synchronized (counts) {
                counts.merge(one);
                frames++;
            }
        }

        /** @return null if no frame was annotated */
        public @Nullable TruthScores scores() {
            synchronized (counts) {
                int[] some = known == null
                        ? null
                        : known.stream().mapToInt(Integer::intValue).toArray();
                return frames == 0
                        ? null
                        : new TruthScores(
                                frames,
                                number(counts.pixelAccuracy()),
                                number(counts.meanIou(AbsentClasses.LEFT_OUT)),
                                counts.classes(),
                                some == null ? null : some.length,
                                some == null ? null : number(counts.pixelAccuracyOf(some)),
                                some == null ? null : number(counts.meanIouOf(some)));
            }
        }
    }

    private static @Nullable Double number(double share) {
        return Double.isNaN(share) ? null : (Double) share;
    }

    /** As people read them. */
    public List<String> lines() {
        String all = line(frames + " annotated", pixelAccuracy, meanIou, "over all " + classes + " classes");
        return known == null
                ? List.of(all)
                : List.of(
                        all,
                        line("", knownPixelAccuracy, knownMeanIou, "over the " + known + " that the expert knows"));
    }

    private static String line(String what, @Nullable Double accuracy, @Nullable Double iou, String over) {
        return String.format(
                Locale.ROOT, "%-14s %s of the pixels right, mIoU %s, %s", what, percent(accuracy), percent(iou), over);
    }

    private static String percent(@Nullable Double share) {
        return share == null ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
