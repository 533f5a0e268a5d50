package dev.understudy.pipeline.confidence;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.confidence.ConfidenceTable;
import dev.understudy.evaluation.confidence.ProbabilityErrors;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibrationMap;
import dev.understudy.labeler.calibration.CalibrationMethod;
import dev.understudy.labeler.calibration.CalibrationSample;
import dev.understudy.pipeline.progress.Progress;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreDescription.Calibration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
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
}
