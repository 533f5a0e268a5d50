package dev.understudy.cli.label;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.Expert;
import dev.understudy.pipeline.label.LabelJob.ShardTask;
import dev.understudy.pipeline.label.LabelTarget;
import dev.understudy.pipeline.label.SyntheticFrames;
import dev.understudy.pipeline.spark.CancelledTask;
import dev.understudy.store.ShardPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.testng.annotations.Test;

public class ShardTaskIT {
    /** In this JVM, since the master is local. */
    private static final AtomicInteger FRAMES = new AtomicInteger();

    @Test(timeOut = 180_000)
    public void aCancelledTaskEndsBeforeItsNextFrameAndLeavesNothingBehind() throws Exception {
        try (Scratch scratch = Scratch.create()) {
            ShardPlan plan = ShardPlan.of(SyntheticFrames.records(8), 8);
            LabelTarget target = new LabelTarget(
                    scratch.resolve("store"), SyntheticFrames.description(plan), threads -> new Waiting());
            ShardTask task = new ShardTask(List.of(target), SyntheticFrames::read, 1, 1);
            CancelledTask.run(new ShardTask.Work(plan.shards().get(0), List.of(0)), task::label);
            assertEquals(FRAMES.get(), 1, "frames that the expert was shown");
            try (Stream<Path> left = Files.walk(scratch.resolve("store"))) {
                assertEquals(left.filter(Files::isRegularFile).toList(), List.of());
            }
        }
    }

    /** Is cancelled while it looks at its first frame. */
    private static final class Waiting implements Expert {
        @Override
        public Evidence predict(Frame frame) {
            FRAMES.incrementAndGet();
            CancelledTask.inTheMiddle();
            return SyntheticFrames.label(frame);
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
