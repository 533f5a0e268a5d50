package dev.understudy.cli.label;

import dev.understudy.cli.console.Command.GlobalOptions;
import dev.understudy.cli.console.Command.GlobalOptions.Logging;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.Failures;
import dev.understudy.cli.console.Failures.Interruption;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.Expert;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.label.LabelJob;
import dev.understudy.pipeline.label.LabelTarget;
import dev.understudy.pipeline.label.LabelTarget.ExpertSource;
import dev.understudy.pipeline.label.SyntheticFrames;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription.StoreTotals;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The label job over synthetic frames, in this process or as one of its own that can be killed. */
final class SyntheticLabelJob {
    static final int FRAMES = 48;
    static final int SHARD = 4;

    private SyntheticLabelJob() {}

    /** {@code store master millis-a-frame}; fails as a command would. */
    public static void main(String[] arguments) {
        Logging.configure(false);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode;
        try (Interruption interruption = Interruption.watch(err)) {
            exitCode = run(arguments, err);
        }
        System.exit(exitCode);
    }

    private static int run(String[] arguments, PrintWriter err) {
        Slow expert = new Slow(Integer.parseInt(arguments[2]), null);
        try {
            run(Path.of(arguments[0]), new SparkConfiguration(arguments[1], 1, Map.of()), expert);
            return ExitCode.DONE;
        } catch (Exception e) {
            return new Failures(new GlobalOptions()).report(e, err);
        }
    }

    static ShardPlan plan() {
        return ShardPlan.of(SyntheticFrames.records(FRAMES), SHARD);
    }

    static StoreTotals run(Path store, SparkConfiguration spark, ExpertSource experts)
            throws IOException, InterruptedException {
        ShardPlan plan = plan();
        LabelTarget target = new LabelTarget(store, SyntheticFrames.description(plan), experts);
        return new LabelJob(spark, SyntheticFrames::read, 1)
                .run(List.of(target), plan, ResumeOptions.DEFAULT, frames -> new Silent())
                .get(0);
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
