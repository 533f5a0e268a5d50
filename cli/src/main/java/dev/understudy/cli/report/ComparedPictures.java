package dev.understudy.cli.report;

import dev.understudy.cli.report.CycleReport.FrameGains.FrameGain;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.retrain.measure.StudentNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Frames as pictures: what they show, what is true, and what each model says. */
final class ComparedPictures {
    private static final String TRUTH = "truth";
    private static final String TRUE_DEPTH = "true depth";
    private static final String DEPTH = ", depth";
    private static final int WIDTH = 320;

    private final Manifest frames;
    private final double farMetres;
    private final Map<String, StudentNetwork> models;

    /**
     * @param farMetres depth that is shown brightest
     * @param models by what the captions call them, in order
     */
    ComparedPictures(Manifest frames, double farMetres, Map<String, StudentNetwork> models) {
        this.frames = frames;
        this.farMetres = farMetres;
        this.models = new LinkedHashMap<>(models);
    }

    /** Of pictures that {@link #view} makes, in order. */
    List<String> captions() {
        List<String> captions = new ArrayList<>(List.of(FrameView.PICTURE, TRUTH, TRUE_DEPTH));
        models.keySet().forEach(name -> captions.addAll(List.of(name, name + DEPTH)));
        return captions;
    }

    FrameView view(FrameGain gain) {
        Manifest one = frames.filter(record -> record.id().equals(gain.frame()));
        Frame frame = new DiskFrameSource(one).read(0);
        ClassSpace classes = classes();
        FrameView view = new FrameView(frame, WIDTH).fact(note(gain)).value(gain.gain());
        LabelMap truth = frame.segmentation();
        if (truth != null) {
            view.labels(TRUTH, truth, classes);
        }
        if (frame.depth() != null) {
            view.depth(TRUE_DEPTH, frame.depth(), farMetres);
        }
        models.forEach((name, model) -> {
            try (FramePredictor predictor = model.in(classes)) {
                Prediction prediction = predictor.predict(frame);
                if (truth != null && prediction.segmentation() != null) {
                    view.others(name, prediction.segmentation(), classes);
                }
                if (prediction.depth() != null) {
                    view.depth(name + DEPTH, prediction.depth(), farMetres);
                }
            }
        });
        return view;
    }

    ClassSpace classes() {
        return models.values().iterator().next().classesOf(frames);
    }

    private static String note(FrameGain gain) {
        String now = shown(gain.challenger());
        return gain.metric().key() + " " + (gain.champion() == null ? now : shown(gain.champion()) + " → " + now);
    }

    private static String shown(@Nullable Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, "%.3f", value);
    }
}
