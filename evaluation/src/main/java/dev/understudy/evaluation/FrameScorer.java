package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily.Answered;
import dev.understudy.files.DataException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts what a predictor did on single frames. Safe for use by several threads. */
public final class FrameScorer {
    private final EvaluationOptions options;
    private final List<MetricFamily> families;

    /** @param tasks that the predictor does */
    public FrameScorer(Set<Task> tasks, EvaluationOptions options) {
        this.options = options;
        this.families = Metrics.families().stream()
                .filter(family -> tasks.contains(family.task()) && family.isAskedFor(options))
                .toList();
    }

    /** The families that are scored, in the order of reports. */
    public List<MetricFamily> families() {
        return families;
    }

    /**
     * Whether there is anything to score on a frame.
     *
     * @throws DataException if its truth is in another class space
     */
    public boolean isScorable(FrameRecord record) {
        boolean any = false;
        for (MetricFamily family : families) {
            if (family.isAnnotated(record)) {
                any = true;
                if (family.task() == Task.SEGMENTATION) {
                    checkClassSpace(record);
                }
            }
        }
        return any;
    }

    private void checkClassSpace(FrameRecord record) {
        if (record.classes() != null && !record.classes().equals(options.classSpace())) {
            throw new DataException("frame " + record.id() + " is annotated in the class space " + record.classes()
                    + ", but " + options.classSpace() + " is scored; map the annotation, or choose the other space");
        }
    }

    /** All sums, those for reports alone included; a family that looks back has nothing to look at. */
    public FrameSums score(Frame frame, Prediction prediction) {
        return score(new Answered(frame, prediction), List.of());
    }

    /** @param earlier frames of the scene before this one that can be compared with it, the last one first */
    FrameSums score(Answered answered, List<Answered> earlier) {
        Frame frame = answered.frame();
        SortedMap<String, double[]> sums = new TreeMap<>();
        for (MetricFamily family : families) {
            if (family.isAnnotated(frame.record())) {
                double[] counted = family instanceof SequenceMetricFamily sequence
                        ? sequence.count(
                                answered, earlier.subList(0, Math.min(sequence.reach(), earlier.size())), options)
                        : family.count(frame, answered.prediction(), options);
                if (counted != null) {
                    sums.put(family.key(), counted);
                }
            }
        }
        return new FrameSums(frame.id(), frame.record().scene(), sums);
    }

    /** As many of the sums as are kept of every frame. */
    public FrameSums kept(FrameSums frame) {
        SortedMap<String, double[]> kept = new TreeMap<>(frame.sums());
        for (MetricFamily family : families) {
            kept.computeIfPresent(
                    family.key(),
                    (key, sums) ->
                            sums.length <= family.kept(options) ? sums : Arrays.copyOf(sums, family.kept(options)));
        }
        return new FrameSums(frame.frame(), frame.scene(), kept);
    }
}
