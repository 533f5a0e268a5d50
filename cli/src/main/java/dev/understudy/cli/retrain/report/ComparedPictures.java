package dev.understudy.cli.retrain.report;

import dev.understudy.cli.report.Picture;
import dev.understudy.cli.report.Pictures;
import dev.understudy.cli.retrain.report.CycleReport.FrameGains.FrameGain;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Prediction;
import dev.understudy.retrain.measure.StudentNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Frames as pictures: what they show, what is true, and what each model says. */
final class ComparedPictures {
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

    /** A frame and its pictures; {@code note} says how it did. */
    public record Row(String id, String note, List<Picture> pictures) {}

    Row row(FrameGain gain) {
        Manifest one = frames.filter(record -> record.id().equals(gain.frame()));
        Frame frame = new DiskFrameSource(one).read(0);
        boolean labels = frame.segmentation() != null;
        ClassSpace classes = models.values().iterator().next().classesOf(frames);
        List<Picture> pictures = new ArrayList<>();
        pictures.add(Picture.of("frame", frame.rgb()));
        addTruth(pictures, frame, labels, classes);
        models.forEach((name, model) -> {
            try (FramePredictor predictor = model.in(classes)) {
                addPrediction(pictures, name, predictor.predict(frame), labels, classes);
            }
        });
        return new Row(frame.id(), note(gain), pictures);
    }

    private void addTruth(List<Picture> pictures, Frame frame, boolean labels, ClassSpace classes) {
        if (labels && frame.segmentation() != null) {
            pictures.add(Picture.of("truth", Pictures.labels(frame.segmentation(), classes)));
        }
        if (frame.depth() != null) {
            pictures.add(Picture.of("true depth", Pictures.depth(frame.depth(), farMetres)));
        }
    }

    private void addPrediction(
            List<Picture> pictures, String name, Prediction prediction, boolean labels, ClassSpace classes) {
        if (labels && prediction.segmentation() != null) {
            pictures.add(Picture.of(name, Pictures.labels(prediction.segmentation(), classes)));
        }
        if (prediction.depth() != null) {
            pictures.add(Picture.of(name + ", depth", Pictures.depth(prediction.depth(), farMetres)));
        }
    }

    private static String note(FrameGain gain) {
        String now = shown(gain.challenger());
        return gain.metric().key() + " " + (gain.champion() == null ? now : shown(gain.champion()) + " → " + now);
    }

    private static String shown(@Nullable Double value) {
        return value == null ? "–" : String.format(java.util.Locale.ROOT, "%.3f", value);
    }
}
