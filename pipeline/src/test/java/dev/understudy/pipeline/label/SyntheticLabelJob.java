package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.store.Evidence;
import dev.understudy.dataset.store.ResumeOptions;
import dev.understudy.dataset.store.ShardPlan;
import dev.understudy.dataset.store.StoreTotals;
import dev.understudy.labeler.Expert;
import dev.understudy.pipeline.console.Progress;
import dev.understudy.pipeline.spark.SparkConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The label job over synthetic frames, in this process or as one of its own that can be killed. */
final class SyntheticLabelJob {
    static final int FRAMES = 48;
    static final int SHARD = 4;

    private SyntheticLabelJob() {}

    /** {@code store master millis-a-frame} */
    public static void main(String[] arguments) throws Exception {
        Slow expert = new Slow(Integer.parseInt(arguments[2]), null);
        StoreTotals totals = run(Path.of(arguments[0]), new SparkConfiguration(arguments[1], 1, Map.of()), expert);
        System.out.println(totals);
    }

    static StoreTotals run(Path store, SparkConfiguration spark, ExpertSource experts)
            throws IOException, InterruptedException {
        ShardPlan plan = ShardPlan.of(SyntheticFrames.records(FRAMES), SHARD);
        LabelJob job = new LabelJob(spark, experts, SyntheticFrames::read);
        return job.run(store, SyntheticFrames.description(plan), plan, ResumeOptions.DEFAULT, new Silent());
    }

    /**
     * An expert that takes its time, and halts its JVM once if asked to.
     *
     * @param haltOnce a file that does not exist; whoever makes it halts in the middle of a shard
     */
    record Slow(int millis, @Nullable String haltOnce) implements ExpertSource {
        @Override
        public Expert open(int threads) {
            return new Expert() {
                @Override
                public Evidence predict(Frame frame) {
                    pause();
                    haltIfFirst();
                    return SyntheticFrames.label(frame);
                }

                @Override
                public void close() {
                    // Holds nothing.
                }
            };
        }

        private void pause() {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void haltIfFirst() {
            if (haltOnce == null) {
                return;
            }
            try {
                Files.createFile(Path.of(haltOnce));
                Runtime.getRuntime().halt(99);
            } catch (FileAlreadyExistsException e) {
                // Somebody has halted; that will do.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static final class Silent implements Progress {
        @Override
        public void step(long steps) {}

        @Override
        public void note(String words) {}

        @Override
        public void close() {}
    }
}
