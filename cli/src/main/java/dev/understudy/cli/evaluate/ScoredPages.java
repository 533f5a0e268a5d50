package dev.understudy.cli.evaluate;

import dev.understudy.cli.report.FramePages;
import dev.understudy.cli.report.FrameView;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.Prediction;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Predicts as another does, and makes pages of what it says of each frame beside the truth: the frames of which least
 * is right first. Right is a pixel with the annotated class, or, where labels are not scored, within a quarter of the
 * measured depth.
 */
final class ScoredPages implements FramePredictor {
    private static final int WIDTH = 320;
    private static final int PER_PAGE = 24;
    private static final double NEAR = 1.25;
    private static final String TRUTH = "annotation";
    private static final String LABELS = "labels";
    private static final String TRUE_DEPTH = "measured depth";
    private static final String DEPTH = "depth";

    private final FramePredictor predictor;
    private final @Nullable ClassSpace classes;
    private final FramePages pages;
    private int shown;

    /** @param predictor stays the caller's to close */
    ScoredPages(Path out, String title, FramePredictor predictor, @Nullable ClassSpace classes) {
        this.predictor = predictor;
        this.classes = classes;
        this.pages = new FramePages(
                out,
                new FramePages.Head(
                        title,
                        "The frames of which least is right first. Depth: near is dark, far is bright.",
                        "right",
                        List.of(FrameView.PICTURE, TRUTH, LABELS, TRUE_DEPTH, DEPTH),
                        PER_PAGE),
                classes);
    }

    @Override
    public Set<Task> tasks() {
        return predictor.tasks();
    }

    @Override
    public Prediction predict(Frame frame) {
        Prediction prediction = predictor.predict(frame);
        try {
            pages.add(shown++, view(frame, prediction));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return prediction;
    }

    private FrameView view(Frame frame, Prediction prediction) {
        FrameView view = new FrameView(frame, WIDTH);
        LabelMap labels = prediction.segmentation();
        LabelMap truth = frame.segmentation();
        DepthMap depth = prediction.depth();
        DepthMap measured = frame.depth();
        double right = Double.NaN;
        if (labels != null && truth != null && classes != null) {
            view.labels(TRUTH, truth, classes).others(LABELS, labels, classes);
            right = FrameView.right(labels, truth);
        }
        if (depth != null && measured != null) {
            view.depth(TRUE_DEPTH, measured).depth(DEPTH, depth);
            double near = near(depth.metres(), measured.metres());
            view.fact(String.format(Locale.ROOT, "δ1 %.3f", near));
            right = Double.isNaN(right) ? near : right;
        }
        return view.value(right);
    }

    /** Share of the measured pixels whose depth is off by less than a quarter; NaN if none was measured. */
    private static double near(float[] depth, float[] measured) {
        int near = 0;
        int all = 0;
        for (int i = 0; i < measured.length; i++) {
            if (measured[i] > 0) {
                all++;
                near += depth[i] < NEAR * measured[i] && measured[i] < NEAR * depth[i] ? 1 : 0;
            }
        }
        return all == 0 ? Double.NaN : (double) near / all;
    }

    /** @return the first page of the frames that were predicted */
    Path write() throws IOException {
        return pages.write();
    }

    @Override
    public void close() {}
}
