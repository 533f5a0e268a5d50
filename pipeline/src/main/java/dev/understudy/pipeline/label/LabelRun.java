package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.store.ResumeOptions;
import dev.understudy.dataset.store.ShardPlan;
import dev.understudy.dataset.store.StoreTotals;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.pipeline.console.FrameOptions;
import dev.understudy.pipeline.console.Progress;
import java.io.IOException;
import java.util.function.IntFunction;

/** From a configuration to a labelled store: plans, then runs the job. */
public final class LabelRun {
    private LabelRun() {}

    /**
     * @param progress makes the progress to show, given the number of frames
     * @throws dev.understudy.conf.ConfigurationException if the configuration asks for what the expert cannot do, or the
     *     store was made in another way
     * @throws dev.understudy.dataset.DataException if manifest or checkpoint cannot be read
     */
    public static StoreTotals run(
            LabelConfiguration configuration, ResumeOptions resume, IntFunction<Progress> progress)
            throws IOException, InterruptedException {
        Manifest manifest = FrameOptions.read(configuration.manifest(), configuration.split())
                .filter(configuration.frames()::takes);
        StoreTotals totals = run(configuration, manifest, resume, progress);
        LabelRecord.write(configuration.store(), configuration);
        return totals;
    }

    /** As {@link #run(LabelConfiguration, ResumeOptions, IntFunction)}, with all of {@code frames}, whoever chose them. */
    public static StoreTotals run(
            LabelConfiguration configuration, Manifest frames, ResumeOptions resume, IntFunction<Progress> progress)
            throws IOException, InterruptedException {
        ExpertPlan expert = ExpertPlan.of(configuration.expert());
        ShardPlan plan = ShardPlan.of(frames.frames(), configuration.shardSize());
        LabelJob job = new LabelJob(
                configuration.spark(),
                NetworkExpertSource.of(configuration.expert(), expert),
                new DiskFrameReading(frames.folder().toString()));
        try (Progress shown = progress.apply(frames.size())) {
            return job.run(configuration.store(), expert.describe(plan), plan, resume, shown);
        }
    }
}
