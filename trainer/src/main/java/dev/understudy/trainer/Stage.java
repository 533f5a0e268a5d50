package dev.understudy.trainer;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.trainer.data.BatchLoader;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;
import dev.understudy.trainer.optimiser.OptimiserConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A stage with the frames that it is trained on, so that its length in steps is known.
 *
 * @param index of it
 */
record Stage(
        int index,
        StageConfiguration configuration,
        OptimiserConfiguration optimiser,
        List<TrainingSource> sources,
        long stepsPerEpoch) {

    static Stage of(TrainerConfiguration recipe, int index, Map<String, TrainingSet> sets) {
        StageConfiguration stage = recipe.stages().get(index);
        List<TrainingSource> sources = new ArrayList<>();
        long size = 0;
        for (Map.Entry<String, Double> entry : stage.sources().entrySet()) {
            String name = entry.getKey();
            TrainingSet set = sets.get(name);
            if (set == null) {
                throw new ConfigurationException("stages." + index + ".sources: " + name + ", expected some of "
                        + String.join(", ", sets.keySet().stream().sorted().toList()));
            }
            ClassSlice slice = recipe.slices()
                    .getOrDefault(name, ClassSlice.all(recipe.network().classes()));
            TrainingSet frames = recipe.loss().temporal().isOn() ? set : new Alone(set);
            sources.add(new TrainingSource(name, frames, entry.getValue(), slice));
            size += set.size();
        }
        OptimiserConfiguration optimiser = stage.optimiser() == null ? recipe.optimiser() : stage.optimiser();
        return new Stage(index, stage, optimiser, sources, Math.max(1, -Math.floorDiv(-size, stage.batch())));
    }

    /** Frames of which nobody wants to see two beside each other. */
    private record Alone(TrainingSet frames) implements TrainingSet.Wrapper {
        @Override
        public TrainingFrame get(int index) {
            return frames.get(index);
        }

        @Override
        public int partner(int index) {
            return -1;
        }
    }

    /** The batches that the stage learns from, from the first on; the same ones at each call. */
    BatchLoader batches(TrainerConfiguration recipe) {
        return new BatchLoader(
                sources,
                configuration.batch(),
                configuration.crop(),
                configuration.augmentation() == null ? recipe.augmentation() : configuration.augmentation(),
                recipe.loader(),
                recipe.seed() + 0x9E3779B97F4A7C15L * index);
    }

    long steps() {
        return configuration.steps() != null ? configuration.steps() : configuration.epochs() * stepsPerEpoch;
    }

    double epoch(long step) {
        return (double) step / stepsPerEpoch;
    }

    /** What the rates are multiplied by in step {@code step} of the stage, 0 for the first. */
    double factor(long step) {
        boolean inSteps = configuration.steps() != null;
        double unit = inSteps ? 1 : stepsPerEpoch;
        return optimiser.factor(step, step / unit, steps() / unit);
    }

    /** Whether to validate after {@code done} steps of the stage. */
    boolean validatesAfter(long done) {
        Integer every = configuration.validateEvery();
        if (done == steps()) {
            return true;
        }
        if (configuration.steps() != null) {
            return every != null && done % every == 0;
        }
        return done % (stepsPerEpoch * (every == null ? 1 : every)) == 0;
    }
}
