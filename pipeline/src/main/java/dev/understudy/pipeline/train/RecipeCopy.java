package dev.understudy.pipeline.train;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.trainer.progress.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;

/** Leaves the recipe with every value beside the weights, once it is certain that the folder is this run's. */
record RecipeCopy(TrainConfiguration recipe, Path file) implements TrainingListener {
    @Override
    public void started(long done, long steps) {
        try {
            AtomicFile.write(file, ConfigurationWriter.toYaml(recipe));
        } catch (IOException e) {
            throw new DataException(file + ": cannot be written (" + e.getMessage() + "); is the disk full?", e);
        }
    }
}
