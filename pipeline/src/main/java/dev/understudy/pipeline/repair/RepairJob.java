package dev.understudy.pipeline.repair;

import dev.understudy.pipeline.progress.Progress;
import dev.understudy.pipeline.progress.RunObserver;
import dev.understudy.pipeline.spark.ExecutorWatch;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.pipeline.spark.TaskResults;
import dev.understudy.store.ResumeOptions;
import dev.understudy.store.Shard;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StoreTotals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkContext;

/** Repairs the shards that a store lacks, as one Spark job. Only this driver gives shards their names. */
final class RepairJob {
    private final SparkConfiguration spark;
    private final RepairTask task;
    private final RunObserver observer;

    RepairJob(SparkConfiguration spark, RepairTask task, RunObserver observer) {
        this.spark = spark;
        this.task = task;
        this.observer = observer;
    }

    /** What is done once the store is this job's and before any frame is repaired. */
    interface Accepted {
        void run() throws IOException;
    }

    /** When it fails, the shards that were published stay, and the next run goes on from there. */
    StoreTotals run(Path store, ShardPlan plan, ResumeOptions resume, Accepted accepted)
            throws IOException, InterruptedException {
        try (StorePublisher publisher = StorePublisher.open(store, task.description(), plan, resume)) {
            accepted.run();
            List<Shard> missing = publisher.missing();
            if (!missing.isEmpty()) {
                repair(missing, publisher);
            }
            return publisher.complete();
        } finally {
            SharedRepair.close();
        }
    }

    private void repair(List<Shard> missing, StorePublisher publisher) throws IOException, InterruptedException {
        int frames = missing.stream().mapToInt(shard -> shard.frames().size()).sum();
        observer.tell("repair: " + frames + " frames, Spark on " + spark.master());
        SparkContext context = SparkRuntime.start("understudy repair", spark, "cpu");
        try (Progress progress = observer.progress("repair", frames);
                TaskResults<ShardResult> results = TaskResults.submit(
                        context,
                        "repair " + frames + " frames",
                        missing,
                        task::repair,
                        new ExecutorWatch(context, spark))) {
            for (int left = missing.size(); left > 0; left--) {
                ShardResult result = results.take();
                publisher.commit(result);
                results.done(result.record().totals().frames());
                progress.step(result.record().totals().frames());
            }
        } finally {
            context.stop();
        }
    }
}
