package dev.understudy.pipeline.label;

import dev.understudy.dataset.store.ResumeOptions;
import dev.understudy.dataset.store.Shard;
import dev.understudy.dataset.store.ShardPlan;
import dev.understudy.dataset.store.ShardResult;
import dev.understudy.dataset.store.StoreDescription;
import dev.understudy.dataset.store.StorePublisher;
import dev.understudy.dataset.store.StoreTotals;
import dev.understudy.pipeline.progress.Progress;
import dev.understudy.pipeline.spark.ExecutorWatch;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.pipeline.spark.TaskResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkContext;

/**
 * Labels what a store lacks, as one Spark job. Tasks write shards under temporary names; only this driver gives them
 * their final ones, and it counts what it has published and nothing else.
 */
public final class LabelJob {
    private final SparkConfiguration spark;
    private final ExpertSource experts;
    private final FrameReading frames;

    /** @param frames reads the frames of the plan, on the driver and on executors alike */
    public LabelJob(SparkConfiguration spark, ExpertSource experts, FrameReading frames) {
        this.spark = spark;
        this.experts = experts;
        this.frames = frames;
    }

    /**
     * Labels every shard of the plan that is not in the store yet. When it fails, what was published stays, and the next
     * run goes on from there.
     *
     * @return sums over the whole store, whoever labelled its parts
     * @throws dev.understudy.conf.ConfigurationException if the store was made in another way, or another job holds it
     */
    public StoreTotals run(
            Path store, StoreDescription description, ShardPlan plan, ResumeOptions resume, JobListener listener)
            throws IOException, InterruptedException {
        try (StorePublisher publisher = StorePublisher.open(store, description, plan, resume)) {
            listener.accepted();
            List<Shard> missing = publisher.missing();
            if (!missing.isEmpty()) {
                int frameCount = missing.stream()
                        .mapToInt(shard -> shard.frames().size())
                        .sum();
                try (Progress shown = listener.begun(frameCount)) {
                    label(store.toAbsolutePath(), description, missing, publisher, shown);
                }
            }
            return publisher.complete();
        }
    }

    private void label(
            Path store, StoreDescription description, List<Shard> missing, StorePublisher publisher, Progress progress)
            throws IOException, InterruptedException {
        ShardTask task = new ShardTask(store.toString(), description, experts, frames, spark.threadsPerTask());
        SparkContext context = SparkRuntime.start("understudy label", spark);
        try {
            experts.filesToSend().forEach(file -> context.addFile(file.toString()));
            LabelTally tally = new LabelTally();
            try (TaskResults<ShardResult> results =
                    TaskResults.submit(context, missing, task::label, new ExecutorWatch(context, spark))) {
                for (int open = missing.size(); open > 0; open--) {
                    ShardResult result = results.take();
                    publisher.commit(result);
                    tally.add(result);
                    progress.note(tally.note(publisher.totals().quarantined()));
                    progress.step(result.record().totals().frames()
                            + result.record().totals().quarantined());
                }
            }
        } finally {
            context.stop();
        }
    }
}
