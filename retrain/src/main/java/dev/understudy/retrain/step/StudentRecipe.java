package dev.understudy.retrain.step;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration.ValidationConfiguration;
import dev.understudy.pipeline.train.TrainConfigurationBuilder;
import dev.understudy.retrain.measure.ExportRecipe;
import dev.understudy.trainer.TrainerConfiguration;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a challenger is trained. Stages are given in steps, so that a cycle has a budget however many frames there are,
 * and mix the configured sources with {@code pseudo}, the frames of all cycles with their labels. Training starts from
 * the champion's weights; for the first cycle from {@code trainer.network.initial}, or fresh.
 *
 * @param classes class space of the student's segmentation, a name or a file
 * @param sources frames with real labels, by the names that the stages use
 * @param validation null = the last weights are the challenger; else those that validated best
 * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}; several, with commas between them, share the frames of a
 *     batch
 * @param threads that the network may use; 0 = all processors
 * @param export how versions are kept as files for robots too, and judged by these; null = not at all
 */
public record StudentRecipe(
        @Default("nyud40") String classes,
        Map<String, SourceConfiguration> sources,
        @Nullable ValidationConfiguration validation,
        TrainerConfiguration trainer,
        @Default("cpu") String device,
        @Default("0") int threads,
        @Nullable ExportRecipe export) {
    public StudentRecipe {
        sources = Collections.unmodifiableMap(new TreeMap<>(sources));
        int size = ClassSpace.load(classes).size();
        Checks checks = new Checks()
                .that(!sources.containsKey(PseudoSource.NAME), "sources.pseudo", "is made by the cycle; rename yours")
                .that(
                        trainer.network().classes() == size,
                        "trainer.network.classes",
                        "must be " + size + ", as many as " + classes + " has, found "
                                + trainer.network().classes())
                .inRange("threads", threads, 0, 1024);
        for (int i = 0; i < trainer.stages().size(); i++) {
            checks.that(
                    trainer.stages().get(i).steps() != null,
                    "trainer.stages." + i + ".steps",
                    "must be given: a cycle has a budget of steps");
        }
        checks.verify();
    }

    /** The device that a model is measured on: the first, where training has several. */
    public String measuredOn() {
        return device.split(",")[0].strip();
    }

    int processors() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** @param champion weights to start from; null = those of the recipe */
    TrainConfiguration training(Path out, SourceConfiguration pseudo, @Nullable Path champion) {
        Map<String, SourceConfiguration> all = new TreeMap<>(sources);
        all.put(PseudoSource.NAME, pseudo);
        return TrainConfigurationBuilder.builder()
                .out(out)
                .classes(classes)
                .sources(all)
                .validation(validation)
                .trainer(
                        champion == null
                                ? trainer
                                : trainer.withNetwork(trainer.network().withInitial(champion)))
                .device(device)
                .threads(threads)
                .build();
    }
}
