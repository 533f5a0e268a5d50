package dev.understudy.labeler;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * An expert, with all its views and its class map, to be scored against truth: its most probable class and its depth.
 */
public final class ExpertPredictor implements FramePredictor {
    private final Expert expert;
    private final Set<Task> tasks;

    /**
     * @param expert closed with this predictor
     * @param tasks that its evidence speaks of
     */
    public ExpertPredictor(Expert expert, List<Task> tasks) {
        this.expert = expert;
        this.tasks = EnumSet.copyOf(tasks);
    }

    /** The expert of a plan, on all processors. */
    public static ExpertPredictor of(ExpertPlan plan) throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        return new ExpertPredictor(new NetworkExpert(plan.build(threads), plan, threads), plan.tasks());
    }

    @Override
    public Set<Task> tasks() {
        return EnumSet.copyOf(tasks);
    }

    @Override
    public Prediction predict(Frame frame) {
        Evidence evidence = expert.predict(frame);
        SegmentationEvidence segmentation = evidence.segmentation();
        DepthEvidence depth = evidence.depth();
        int pixels = evidence.width() * evidence.height();
        return new Prediction(
                segmentation == null
                        ? null
                        : new LabelMap(
                                evidence.width(), evidence.height(), Arrays.copyOf(segmentation.classes(), pixels)),
                depth == null ? null : new DepthMap(evidence.width(), evidence.height(), depth.metres()),
                null);
    }

    @Override
    public void close() {
        expert.close();
    }
}
