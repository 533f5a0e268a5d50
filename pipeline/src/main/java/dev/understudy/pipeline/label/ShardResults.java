package dev.understudy.pipeline.label;

import dev.understudy.dataset.store.Shard;
import dev.understudy.dataset.store.ShardResult;
import dev.understudy.pipeline.spark.ExecutorWatch;
import dev.understudy.pipeline.spark.JobFailedException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * What the tasks of one running Spark job return, as it comes. Spark hands results over on the thread that also schedules
 * tasks, so they are only queued there, and published by whoever takes them.
 */
final class ShardResults implements AutoCloseable {
    private static final long POLL_MILLIS = 200;

    private final BlockingQueue<ShardResult> arrived;
    private final FutureAction<?> job;
    private final ExecutorWatch executors;

    private ShardResults(BlockingQueue<ShardResult> arrived, FutureAction<?> job, ExecutorWatch executors) {
        this.arrived = arrived;
        this.job = job;
        this.executors = executors;
    }

    /** Starts a job of one task a shard. */
    static ShardResults submit(SparkContext context, List<Shard> shards, ShardTask task, ExecutorWatch executors) {
        BlockingQueue<ShardResult> arrived = new LinkedBlockingQueue<>();
        RDD<Shard> rdd = JavaSparkContext.fromSparkContext(context)
                .parallelize(shards, shards.size())
                .rdd();
        List<Object> partitions =
                IntStream.range(0, shards.size()).<Object>mapToObj(i -> i).toList();
        FutureAction<?> job = context.submitJob(
                rdd,
                onExecutor(task),
                CollectionConverters.asScala(partitions).toSeq(),
                (partition, result) -> {
                    arrived.add(result);
                    return BoxedUnit.UNIT;
                },
                () -> BoxedUnit.UNIT);
        return new ShardResults(arrived, job, executors);
    }

    private static Function1<Iterator<Shard>, ShardResult> onExecutor(ShardTask task) {
        return (Function1<Iterator<Shard>, ShardResult> & Serializable) shards -> {
            try {
                return task.label(shards.next());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /**
     * Waits for the next result.
     *
     * @throws JobFailedException if the job failed, once all that was finished before has been taken
     * @throws dev.understudy.conf.ConfigurationException if the cluster gives no executor
     */
    ShardResult take() throws InterruptedException {
        while (true) {
            boolean over = job.isCompleted();
            ShardResult result = arrived.poll(over ? 0 : POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (result != null) {
                return result;
            }
            if (over) {
                throw failure();
            }
            executors.check();
        }
    }

    private RuntimeException failure() {
        return job.value().get().isFailure()
                ? new JobFailedException(job.value().get().failed().get())
                : new IllegalStateException("more results were asked for than there are shards");
    }

    /** Stops tasks that still run. */
    @Override
    public void close() {
        if (!job.isCompleted()) {
            job.cancel();
        }
    }
}
