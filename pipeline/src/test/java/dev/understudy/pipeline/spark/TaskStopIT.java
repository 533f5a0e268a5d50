package dev.understudy.pipeline.spark;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.pipeline.spark.TaskResults.ExecutorWatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskKilledException;
import org.testng.annotations.Test;

/** A task whose job is cancelled, in this JVM. */
public class TaskStopIT {
    private static final CountDownLatch BEGUN = new CountDownLatch(1);
    private static final CountDownLatch CANCELLED = new CountDownLatch(1);
    private static final CountDownLatch ENDED = new CountDownLatch(1);
    private static final AtomicInteger FRAMES = new AtomicInteger();

    @Test(timeOut = 120_000)
    public void aCancelledTaskStopsBeforeItsNextFrame() throws Exception {
        SparkConfiguration here = new SparkConfiguration("local[1]", 1, Map.of("spark.log.level", "OFF"));
        SparkContext context = SparkRuntime.start("test", here, "cpu");
        try {
            try (TaskResults<Integer> results = TaskResults.submit(
                    context, "test", List.of(1000), TaskStopIT::frames, new ExecutorWatch(context, here))) {
                BEGUN.await();
            }
            // Spark hands the wish to stop on by itself; the task looks for it after that.
            while (context.statusTracker().getActiveJobIds().length > 0) {
                Thread.sleep(5);
            }
            Thread.sleep(500);
            CANCELLED.countDown();
            assertTrue(ENDED.await(60, TimeUnit.SECONDS), "the task has been told");
            assertEquals(FRAMES.get(), 1, "frames that were begun");
        } finally {
            context.stop();
        }
    }

    private static int frames(int count) {
        try {
            for (int i = 0; i < count; i++) {
                TaskStop.check();
                FRAMES.incrementAndGet();
                BEGUN.countDown();
                CANCELLED.await();
            }
            return count;
        } catch (TaskKilledException e) {
            ENDED.countDown();
            throw e;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    public void outsideOfTasksNothingStops() {
        TaskStop.check();
    }
}
