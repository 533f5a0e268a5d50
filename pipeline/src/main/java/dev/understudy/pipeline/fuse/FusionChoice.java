package dev.understudy.pipeline.fuse;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.RiskCoverage;
import dev.understudy.labeler.fusion.FusionOptions;
import dev.understudy.labeler.fusion.FusionOptions.Pooling;
import dev.understudy.labeler.fusion.SceneFusion;
import dev.understudy.labeler.fusion.StoredScene;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.fuse.FuseJob.Scenes;
import dev.understudy.store.LabelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Chooses voxel size and pooling on scenes that have annotated frames: each candidate fuses them, and the area under
 * the risk-coverage curve of the annotated frames says how good it is, scene by scene. What was given stays unless a
 * candidate is better by more than a standard error over the scenes, so that noise chooses nothing. Experts saw no
 * annotation here, and a candidate learns nothing from it, so every scene is held out.
 *
 * @param folder of the manifest
 * @param stores of the experts
 * @param space class space of their labels
 * @param classes how many it has
 * @param topK classes that are kept of a pixel
 */
record FusionChoice(Path folder, List<LabelStore> stores, String space, int classes, int topK) {
    private static final double[] SIDES = {0.03, 0.05, 0.08};
    /** Each is fused once for each candidate. */
    static final int MOST_SCENES = 12;

    static final int FEWEST_SCENES = 3;

    /** @param by why, in words */
    record Chosen(FusionOptions options, String by) {}

    /** Scenes that can be judged by, spread evenly over all. */
    List<Scenes.Group> annotated(List<Scenes.Group> scenes) {
        List<Scenes.Group> annotated = scenes.stream()
                .filter(scene ->
                        !scene.name().isEmpty() && scene.frames().stream().anyMatch(this::isAnnotated))
                .toList();
        int step = Math.max(1, (annotated.size() + MOST_SCENES - 1) / MOST_SCENES);
        List<Scenes.Group> some = new ArrayList<>();
        for (int i = 0; i < annotated.size(); i += step) {
            some.add(annotated.get(i));
        }
        return some;
    }

    private boolean isAnnotated(FrameRecord frame) {
        return frame.segmentation() != null && space.equals(frame.classes());
    }

    private static List<FusionOptions> candidates(FusionOptions given) {
        List<FusionOptions> candidates = new ArrayList<>();
        for (Pooling pooling : Pooling.values()) {
            for (double side : SIDES) {
                FusionOptions candidate =
                        given.with(options -> options.voxel(side).pooling(pooling));
                if (!candidate.equals(given)) {
                    candidates.add(candidate);
                }
            }
        }
        return candidates;
    }

    /** @param scenes of {@link #annotated} */
    Chosen choose(FusionOptions given, List<Scenes.Group> scenes, Progress progress) {
        if (scenes.size() < FEWEST_SCENES) {
            return new Chosen(given, scenes.size() + " scenes have annotated frames, too few to choose by");
        }
        double[] before = areas(given, scenes, progress);
        FusionOptions best = given;
        double most = 0;
        for (FusionOptions candidate : candidates(given)) {
            double[] after;
            try {
                after = areas(candidate, scenes, progress);
            } catch (ConfigurationException e) {
                // Voxels so small do not fit into the memory that was given
                continue;
            }
            double gain = 0;
            double squares = 0;
            for (int scene = 0; scene < before.length; scene++) {
                gain += (before[scene] - after[scene]) / before.length;
            }
            for (int scene = 0; scene < before.length; scene++) {
                squares += Math.pow(before[scene] - after[scene] - gain, 2);
            }
            double error = Math.sqrt(squares / (before.length - 1) / before.length);
            if (gain > error && gain > most) {
                most = gain;
                best = candidate;
            }
        }
        return new Chosen(
                best,
                String.format(
                        Locale.ROOT,
                        "chosen on %d scenes with annotated frames, AURC %.4f%s",
                        scenes.size(),
                        mean(before) - most,
                        best.equals(given) ? "" : String.format(Locale.ROOT, " instead of %.4f", mean(before))));
    }

    /** How many times {@link #choose} fuses a scene. */
    static int fusions(FusionOptions given, int scenes) {
        return scenes < FEWEST_SCENES ? 0 : scenes * (1 + candidates(given).size());
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value / values.length;
        }
        return sum;
    }

    private double[] areas(FusionOptions options, List<Scenes.Group> scenes, Progress progress) {
        double[] areas = new double[scenes.size()];
        for (int i = 0; i < areas.length; i++) {
            areas[i] = area(options, scenes.get(i));
            progress.step(1);
        }
        return areas;
    }

    private double area(FusionOptions options, Scenes.Group scene) {
        StoredScene frames = new StoredScene(folder, scene.frames(), stores);
        RiskCoverage risk = new RiskCoverage();
        new SceneFusion(options, frames, classes, topK, (index, evidence) -> {
                    if (isAnnotated(frames.record(index))) {
                        count(truth(frames.record(index)), evidence, risk);
                    }
                })
                .run(scene.name());
        return risk.pixels() == 0 ? 0 : risk.area();
    }

    private LabelMap truth(FrameRecord frame) {
        return LabelFiles.read(FrameRules.resolve(folder, Objects.requireNonNull(frame.segmentation())));
    }

    private static void count(LabelMap truth, SegmentationEvidence evidence, RiskCoverage risk) {
        for (int pixel = 0; pixel < Math.min(evidence.pixels(), truth.classes().length); pixel++) {
            if (truth.classAt(pixel) != LabelMap.IGNORE) {
                double confidence = (evidence.probability()[pixel] & 0xFF) / 255.0;
                risk.add(1, confidence, (evidence.classes()[pixel] & 0xFF) == truth.classAt(pixel));
            }
        }
    }
}
