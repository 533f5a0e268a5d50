package dev.understudy.pipeline.filter;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.ConfidenceTable;
import dev.understudy.evaluation.ConfidenceTable.ReliabilityBin;
import dev.understudy.evaluation.ProbabilityErrors;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibrationMap;
import dev.understudy.labeler.calibration.CalibrationMethod;
import dev.understudy.labeler.calibration.CalibrationSample;
import dev.understudy.labeler.reliability.ReliabilityModel;
import dev.understudy.labeler.reliability.ReliabilityScore;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreDescription.Calibration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Fits every method to some of the labelled frames of a store and scores all of them on the others. The frames are cut
 * into ten runs in manifest order and every third run is held out, so that neighbouring frames of one scene stay
 * together.
 */
public final class CalibrationRun {
    private static final int RUNS = 10;
    private static final int HELD_OUT_EVERY = 3;

    private final LabelStore store;
    private final FrameSource frames;
    private final int[] indices;
    private final int classes;
    private final Map<CalibrationChoice, Calibration> fitted = new EnumMap<>(CalibrationChoice.class);

    /**
     * @throws DataException if there are not two frames with truth in the store, or their class space is another one
     */
    public CalibrationRun(LabelStore store, FrameSource frames) {
        this.store = store;
        this.frames = frames;
        this.classes = store.description().numberOfClasses();
        this.indices =
                IntStream.range(0, frames.size()).filter(this::isLabelled).toArray();
        if (indices.length < 2) {
            throw new DataException(store.path() + ": " + indices.length + " of the " + frames.size()
                    + " frames have both a segmentation and a place in the store, expected at least 2; label annotated"
                    + " frames too");
        }
    }

    private boolean isLabelled(int index) {
        FrameRecord record = frames.record(index);
        if (record.segmentation() == null || !store.contains(record.id())) {
            return false;
        }
        store.requireSameClasses(frames, index);
        return true;
    }

    public int steps() {
        return indices.length;
    }

    /**
     * @param chosen which method the summary calls the store's. For the best, that is the one with the least negative
     *     log-likelihood on the held-out frames; its scores there are then a little too good, as those of any best of
     *     four
     */
    public CalibrationSummary run(CalibrationChoice chosen, Progress progress) {
        int[] toFit = part(false);
        int[] toScore = part(true);
        fit(toFit, progress);
        Map<CalibrationChoice, Scores> scores = new EnumMap<>(CalibrationChoice.class);
        for (CalibrationChoice choice : CalibrationChoice.values()) {
            if (choice != CalibrationChoice.BEST && choice != CalibrationChoice.LEARNED) {
                scores.put(choice, new Scores(classes, CalibrationMap.of(fitted.get(choice), classes)));
            }
        }
        for (int index : toScore) {
            SegmentationEvidence evidence = evidence(index);
            LabelMap truth = truth(index);
            scores.values().forEach(score -> score.add(truth, evidence));
            progress.step(1);
        }
        Scores before = Objects.requireNonNull(scores.remove(CalibrationChoice.NONE));
        List<CalibrationSummary.Method> methods = new ArrayList<>();
        methods.add(before.method(CalibrationChoice.NONE.key()));
        scores.forEach((choice, score) -> methods.add(score.method(choice.key())));
        return new CalibrationSummary(
                toFit.length,
                toScore.length,
                before.table.pixels(),
                before.table.accuracy(),
                chosen == CalibrationChoice.BEST ? best(methods) : chosen.key(),
                methods);
    }

    /** The first one of equals: none, then the methods with fewer numbers. */
    private static String best(List<CalibrationSummary.Method> methods) {
        return methods.stream()
                .min(Comparator.comparingDouble(CalibrationSummary.Method::negativeLogLikelihood))
                .orElseThrow()
                .name();
    }

    /** What {@code summary}, which {@link #run} gave, chose; null for none. */
    public @Nullable Calibration calibration(CalibrationSummary summary) {
        return fitted.entrySet().stream()
                .filter(fit -> fit.getKey().key().equals(summary.chosen()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private int[] part(boolean heldOut) {
        return IntStream.range(0, indices.length)
                .filter(i -> ((long) i * RUNS / indices.length % HELD_OUT_EVERY == HELD_OUT_EVERY - 1) == heldOut)
                .map(i -> indices[i])
                .toArray();
    }

    private void fit(int[] toFit, Progress progress) {
        CalibrationSample sample = null;
        for (int index : toFit) {
            SegmentationEvidence evidence = evidence(index);
            if (sample == null) {
                sample = new CalibrationSample(classes, (long) evidence.pixels() * toFit.length);
            }
            sample.add(truth(index), evidence);
            progress.step(1);
        }
        if (sample == null || sample.table().pixels() == 0) {
            throw new DataException(
                    "no pixel of the " + toFit.length + " frames to fit to has a class; annotate frames");
        }
        for (CalibrationChoice choice : CalibrationChoice.values()) {
            if (choice.method() != null) {
                fitted.put(choice, choice.method().fit(sample));
            }
        }
    }

    private SegmentationEvidence evidence(int index) {
        return Objects.requireNonNull(store.get(frames.record(index).id(), EvidencePlanes.top(classes))
                .segmentation());
    }

    private LabelMap truth(int index) {
        return Objects.requireNonNull(frames.read(index).segmentation());
    }

    /** How one map does. */
    private static final class Scores {
        private final CalibrationMap map;
        private final ConfidenceTable table;
        private final ProbabilityErrors errors;

        private Scores(int classes, CalibrationMap map) {
            this.map = map;
            this.table = new ConfidenceTable(classes);
            this.errors = new ProbabilityErrors(classes);
        }

        private void add(LabelMap truth, SegmentationEvidence evidence) {
            SegmentationEvidence calibrated = map.apply(evidence);
            table.add(truth, calibrated);
            errors.add(truth, calibrated);
        }

        private CalibrationSummary.Method method(String name) {
            return new CalibrationSummary.Method(
                    name,
                    table.calibrationError(),
                    table.classCalibrationError(),
                    errors.negativeLogLikelihood(),
                    errors.brier(),
                    table.reliability().stream().filter(bin -> bin.pixels() > 0).toList());
        }
    }

    /** What {@code --method} may say. */
    public enum CalibrationChoice {
        /** Whichever is the most likely on frames that nothing was fitted to; with few frames that may be none. */
        BEST("best", null),
        TEMPERATURE("temperature", CalibrationMethod.TEMPERATURE),
        PER_CLASS("per-class", CalibrationMethod.PER_CLASS),
        ISOTONIC("isotonic", CalibrationMethod.ISOTONIC),
        /** No map of probabilities but trees that judge each label, for the policy {@code reliability}. */
        LEARNED("learned", null),
        /** Takes a calibration away. */
        NONE("none", null);

        private final String key;
        private final @Nullable CalibrationMethod method;

        CalibrationChoice(String key, @Nullable CalibrationMethod method) {
            this.key = key;
            this.method = method;
        }

        /** As it is written. */
        public String key() {
            return key;
        }

        /** Null for none. */
        @Nullable
        CalibrationMethod method() {
            return method;
        }
    }

    /**
     * What learning the reliability of a store came to.
     *
     * @param frames that it was learned from
     * @param folds of them, no scene in two
     * @param guessedScenes frames among them that the manifest names no scene for
     * @param mix how much the trees and the store's own probabilities have to say
     * @param score cross-validated
     */
    public record LearnedSummary(
            int frames, int folds, int guessedScenes, ReliabilityModel.Mix mix, ReliabilityScore score) {
        public static LearnedSummary of(ReliabilityModel model) {
            return new LearnedSummary(
                    model.folds().size(),
                    model.learners().size() - 1,
                    model.guessedScenes(),
                    model.mix(),
                    model.score());
        }

        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(String.format(
                    Locale.ROOT,
                    "learned from %d frames in %d folds, %.1f %% of %d labels right",
                    frames,
                    folds,
                    100 * score.accuracy(),
                    score.cells()));
            if (guessedScenes > 0) {
                lines.add(guessedScenes
                        + " of them have no scene; frames whose ids follow each other were taken for one");
            }
            lines.add(String.format(Locale.ROOT, "%-14s %8s %8s", "", "AURC", "ECE"));
            lines.add(line("as stored", score.plainArea(), score.plainError()));
            lines.add(line("learned", score.area(), score.error()));
            lines.add(String.format(
                    Locale.ROOT,
                    "log-odds are %.2f of the trees' and %.2f of the stored, %+.2f",
                    mix.trees(),
                    mix.own(),
                    mix.shift()));
            return lines;
        }

        private static String line(String name, double area, double error) {
            return String.format(Locale.ROOT, "%-14s %8.4f %6.2f %%", name, area, 100 * error);
        }
    }

    /**
     * What calibrating a store came to; all scores are of frames that no map was fitted to.
     *
     * @param fittedFrames that the maps were fitted to
     * @param scoredFrames that were held out
     * @param scoredPixels of these with truth and a label
     * @param accuracy share of these whose label is right, which no calibration changes
     * @param chosen name of the method that the store now has
     * @param methods {@code none} first
     */
    public record CalibrationSummary(
            int fittedFrames,
            int scoredFrames,
            long scoredPixels,
            double accuracy,
            String chosen,
            List<Method> methods) {

        /**
         * @param calibrationError ECE over 15 bins, 0–1
         * @param classCalibrationError mean over classes of each one's ECE
         * @param negativeLogLikelihood in nats
         * @param brier 0–2
         * @param reliability bins that have pixels
         */
        public record Method(
                String name,
                double calibrationError,
                double classCalibrationError,
                double negativeLogLikelihood,
                double brier,
                List<ReliabilityBin> reliability) {}

        public Method method(String name) {
            return methods.stream()
                    .filter(method -> method.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(String.format(
                    Locale.ROOT,
                    "fitted to %d frames, scored on %d others (%d pixels, %.1f %% right)",
                    fittedFrames,
                    scoredFrames,
                    scoredPixels,
                    100 * accuracy));
            lines.add(String.format(Locale.ROOT, "%-14s %8s %12s %8s %8s", "", "ECE", "by class", "NLL", "Brier"));
            for (Method method : methods) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%-14s %6.2f %% %10.2f %% %8.4f %8.4f%s",
                        method.name(),
                        100 * method.calibrationError(),
                        100 * method.classCalibrationError(),
                        method.negativeLogLikelihood(),
                        method.brier(),
                        method.name().equals(chosen) ? "  (stored)" : ""));
            }
            return lines;
        }
    }
}
