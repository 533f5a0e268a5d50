package dev.understudy.pipeline.spark;

import static org.testng.Assert.assertTrue;

import dev.understudy.pipeline.spark.TaskResults.ExecutorWatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/** Runs a task in this JVM and cancels its job while it is in the middle of something. One at a time. */
public final class CancelledTask {
    private static volatile CountDownLatch begun = new CountDownLatch(1);
    private static volatile CountDownLatch killed = new CountDownLatch(1);

    private CancelledTask() {}

    /** Called by the task where it is to be cancelled; goes on when Spark has asked it to stop. */
    public static void inTheMiddle() {
        begun.countDown();
        try {
            while (!TaskContext.get().isInterrupted()) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fails unless the task ends as one that was killed. */
    public static <T, R> void run(T item, TaskResults.Task<T, R> task) throws InterruptedException {
        begun = new CountDownLatch(1);
        killed = new CountDownLatch(1);
        SparkConfiguration here = new SparkConfiguration("local[1]", 1, Map.of("spark.log.level", "OFF"));
        SparkContext context = SparkRuntime.start("test", here, "cpu");
        try {
            try (TaskResults<R> results = TaskResults.submit(
                    context, "test", List.of(item), watched(task), new ExecutorWatch(context, here))) {
                assertTrue(begun.await(60, TimeUnit.SECONDS), "the task has begun");
            }
            assertTrue(killed.await(60, TimeUnit.SECONDS), "the task ends as one that was killed");
        } finally {
            context.stop();
        }
    }

    private static <T, R> TaskResults.Task<T, R> watched(TaskResults.Task<T, R> task) {
        return item -> {
            try {
                return task.run(item);
            } catch (TaskKilledException e) {
                killed.countDown();
                throw e;
            }
        };
    }
}
