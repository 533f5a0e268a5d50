package dev.understudy.pipeline.label;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.store.ResumeOptions;
import dev.understudy.dataset.store.ShardPlan;
import dev.understudy.dataset.store.StoreTotals;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.pipeline.progress.Progress;
import dev.understudy.pipeline.spark.SparkConfiguration;
import java.io.IOException;
import java.util.function.IntFunction;

/** From a configuration to a labelled store: plans, then runs the job. */
public final class LabelRun {
    private LabelRun() {}

    /**
     * @param progress makes the progress to show, given the number of frames that are missing
     * @throws dev.understudy.conf.ConfigurationException if the configuration asks for what the expert cannot do, or the
     *     store was made in another way
     * @throws DataException if manifest or checkpoint cannot be read, or there is nothing to label
     */
    public static StoreTotals run(
            LabelConfiguration configuration, ResumeOptions resume, IntFunction<Progress> progress)
            throws IOException, InterruptedException {
        Manifest manifest = Manifest.read(configuration.manifest(), configuration.split());
        Manifest frames = manifest.filter(configuration.frames()::takes);
        if (frames.size() == 0) {
            throw new DataException(configuration.manifest() + ": none of " + manifest.size() + " frames is "
                    + configuration.frames().inWords() + ", expected some to label; see --frames and --split");
        }
        return run(configuration, frames, resume, new JobListener() {
            // Kept from the start, so that a store whose job was killed knows how to be finished.
            @Override
            public void accepted() throws IOException {
                LabelRecord.write(configuration.store(), configuration);
            }

            @Override
            public Progress begun(int missing) {
                return progress.apply(missing);
            }
        });
    }

    /**
     * As {@link #run(LabelConfiguration, ResumeOptions, IntFunction)}, with all of {@code frames}, whoever chose them; the
     * store does not come to know where they are.
     */
    public static StoreTotals run(
            LabelConfiguration configuration, Manifest frames, ResumeOptions resume, JobListener listener)
            throws IOException, InterruptedException {
        ExpertPlan expert = ExpertPlan.of(configuration.expert());
        ShardPlan plan = ShardPlan.of(frames.frames(), configuration.shardSize());
        LabelJob job = new LabelJob(
                withDevice(configuration),
                NetworkExpertSource.of(configuration.expert(), expert, configuration.sendCheckpoint()),
                new DiskFrameReading(frames.folder().toString()));
        return job.run(configuration.store(), expert.describe(plan), plan, resume, listener);
    }

    /** Here, a device that is asked for must be there; on a cluster, Spark is asked to set one aside for every task. */
    private static SparkConfiguration withDevice(LabelConfiguration configuration) {
        String device = configuration.expert().device();
        SparkConfiguration spark = configuration.spark().asSubmitted();
        if (!device.startsWith("gpu")) {
            return spark;
        }
        if (spark.isLocal()) {
            if (configuration.expert().card() == null) {
                NativeEngine.start(device);
            }
            return spark;
        }
        return spark.withDefault("spark.executor.resource.gpu.amount", "1")
                .withDefault("spark.task.resource.gpu.amount", "1");
    }
}
