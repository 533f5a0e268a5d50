package dev.understudy.pipeline.train;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.trainer.TrainerConfiguration;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code understudy train} does.
 *
 * @param out folder for weights, checkpoints and metrics
 * @param classes class space of the student's segmentation, a name or a file; a joint space gives each source whose
 *     frames are annotated in one of its parts the outputs of that part
 * @param sources by the names that the stages of {@code trainer} use
 * @param validation null = none
 * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}; several, with commas between them, share the frames of a
 *     batch
 * @param threads that the network may use; 0 = all processors. Another number can give other last digits
 */
@RecordBuilder
public record TrainConfiguration(
        Path out,
        @Default("nyud40") String classes,
        Map<String, SourceConfiguration> sources,
        @Nullable ValidationConfiguration validation,
        TrainerConfiguration trainer,
        @Default("cpu") String device,
        @Default("0") int threads)
        implements TrainConfigurationBuilder.With {
    public TrainConfiguration {
        sources = Collections.unmodifiableMap(new TreeMap<>(sources));
        int size = ClassSpace.load(classes).size();
        new Checks()
                .that(!sources.isEmpty(), "sources", "must not be empty")
                .that(
                        trainer.network().classes() == size,
                        "trainer.network.classes",
                        "must be " + size + ", as many as " + classes + " has, found "
                                + trainer.network().classes())
                .inRange("threads", threads, 0, 1024)
                .verify();
    }

    /** Threads that the network may use, counted. */
    public int processors() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
