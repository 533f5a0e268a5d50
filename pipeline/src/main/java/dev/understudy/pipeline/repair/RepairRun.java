package dev.understudy.pipeline.repair;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.labeler.repair.PictureEncoder;
import dev.understudy.labeler.repair.RepairLearning;
import dev.understudy.labeler.repair.RepairModelFile;
import dev.understudy.labeler.repair.RepairModelFile.Stored;
import dev.understudy.labeler.repair.RepairOptions;
import dev.understudy.labeler.repair.SceneFolds;
import dev.understudy.pipeline.ParentStores;
import dev.understudy.pipeline.ParentStores.SharedStores;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.label.LabelConfiguration.QuarantineLimit;
import dev.understudy.pipeline.repair.RepairTask.SharedRepair;
import dev.understudy.pipeline.spark.HadoopProvider;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.pipeline.spark.TaskResults;
import dev.understudy.pipeline.spark.TaskResults.ExecutorWatch;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.StoreTotals;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/** From a configuration to a repaired store: learns, chooses by cross-validation, then runs the job. */
public final class RepairRun {
    /** In fingerprints: another number when the same repair would give other evidence. */
    private static final int MAKING = 1;

    private static final String RECORD = "repair.yaml";
    private static final String FOLDER = "repair";

    private final RepairConfiguration configuration;
    private final RepairOptions options;
    private final ResumeOptions resume;
    private final RunObserver observer;
    private final Manifest manifest;
    private final ParentStores parents;
    private final List<FrameRecord> frames;
    private final @Nullable StoredExamples annotated;
    private final @Nullable String features;

    private RepairRun(RepairConfiguration configuration, ResumeOptions resume, RunObserver observer) {
        this.configuration = configuration;
        this.options = configuration.repair() == null ? RepairOptions.DEFAULT : configuration.repair();
        this.resume = resume;
        this.observer = observer;
        this.manifest = Manifest.read(configuration.manifest(), configuration.split());
        this.parents = ParentStores.open(configuration.stores(), "repair");
        this.frames = parents.common(manifest, configuration.manifest());
        Path named = configuration.annotated();
        this.annotated = configuration.learned() != null
                ? null
                : StoredExamples.of(
                        annotatedOf(configuration, manifest),
                        named == null ? configuration.manifest() : named,
                        frames,
                        parents);
        this.features = configuration.features() == null ? null : PictureEncoder.check(configuration.features());
    }

    private static Manifest annotatedOf(RepairConfiguration configuration, Manifest manifest) {
        Path named = configuration.annotated();
        String split = configuration.annotatedSplit();
        return named == null && split == null
                ? manifest
                : Manifest.read(named == null ? configuration.manifest() : named, split);
    }

    /**
     * @return what was adopted; when that is nothing, no store was written
     * @throws ConfigurationException if the stores do not go together, the annotated frames are of one scene, or
     *     {@code out} was made in another way
     * @throws DataException if manifest or stores cannot be read, or no annotated frame is in them
     */
    public static RepairResult run(RepairConfiguration configuration, ResumeOptions resume, RunObserver observer)
            throws IOException, InterruptedException {
        HadoopProvider.configure(configuration.spark().settings());
        try {
            return new RepairRun(configuration, resume, observer).run();
        } finally {
            SharedStores.close();
        }
    }

    private RepairResult run() throws IOException, InterruptedException {
        return annotated == null ? applied(Objects.requireNonNull(configuration.learned())) : learned(annotated);
    }

    private RepairResult learned(StoredExamples from) throws IOException, InterruptedException {
        SceneFolds scenes = SceneFolds.of(manifest.frames());
        Stored stored = stored(from);
        RepairResult.Learned learned = RepairResult.Learned.of(from.ids(), scenes, annotatedElsewhere(from, stored));
        if (stored == null) {
            RepairLearning.Outcome outcome = learn(from, scenes);
            if (outcome.adopted() == null) {
                return RepairResult.refused(configuration, parents, learned, outcome.scores());
            }
            stored = new Stored(outcome.adopted(), madeOf(), from.digest(), outcome.scores());
        }
        StoreTotals totals = write(stored);
        return RepairResult.of(configuration, parents, learned, stored, totals);
    }

    /** What was learned for another store, on these frames. */
    private RepairResult applied(Path other) throws IOException, InterruptedException {
        Path folder = other.resolve(FOLDER);
        if (!RepairModelFile.exists(folder)) {
            throw new ConfigurationException(
                    other + ": found no repair there, expected a store that understudy repair made");
        }
        Stored stored = RepairModelFile.read(folder);
        String experts = parents.fingerprints() + ", ";
        if (!stored.madeOf().startsWith(experts)) {
            throw new ConfigurationException(
                    List.of(
                            folder + ": was learned from stores with the fingerprints "
                                    + stored.madeOf().split("]")[0] + "]",
                            "These have " + parents.fingerprints()
                                    + "; label these frames by the same experts, in the same way, and give them in the same order."));
        }
        if (stored.model().needsFeatures()
                && (features == null || !stored.madeOf().contains("features " + features + " "))) {
            throw new ConfigurationException(folder + ": looks at features of pictures by "
                    + (features == null ? "weights that were not given" : "other weights than these")
                    + "; give those that it was learned with as --features");
        }
        Path own = configuration.out().resolve(FOLDER);
        if (RepairModelFile.exists(own)
                && !RepairModelFile.read(own)
                        .model()
                        .digest()
                        .equals(stored.model().digest())) {
            throw new ConfigurationException(
                    own + ": holds another repair than " + folder + "; repair into another folder");
        }
        RepairResult.Learned learned =
                RepairResult.Learned.elsewhere(stored.model().learnedFrom());
        return RepairResult.of(configuration, parents, learned, stored, write(stored));
    }

    /** Annotated frames that a stored repair did not learn from. */
    private static int annotatedElsewhere(StoredExamples annotated, @Nullable Stored stored) {
        return stored == null || stored.model().learnedFrom().isEmpty()
                ? 0
                : (int) annotated.ids().stream()
                        .filter(id -> !stored.model().learnedFrom().contains(id))
                        .count();
    }

    private String madeOf() {
        return parents.fingerprints() + ", " + options.canonical() + ", top " + parents.topK() + ", features "
                + (features == null
                        ? "none"
                        : features + " on " + configuration.spark().threadsPerTask() + " threads");
    }

    /** What an earlier run learned, if this one can go on with it; null if there is nothing. */
    private @Nullable Stored stored(StoredExamples annotated) throws IOException {
        Path folder = configuration.out().resolve(FOLDER);
        if (!RepairModelFile.exists(folder)) {
            return null;
        }
        Stored stored = RepairModelFile.read(folder);
        if (!stored.madeOf().equals(madeOf())) {
            throw new ConfigurationException(List.of(
                    folder + ": was made of " + stored.madeOf(),
                    "This run would be of " + madeOf() + "; put these back, or repair into another folder."));
        }
        if (!resume.extend() && !stored.learnedOf().equals(annotated.digest())) {
            throw new ConfigurationException(folder
                    + ": was learned from other annotations; repair into another folder to learn from these, or go on"
                    + " with what was learned by --extend");
        }
        return stored;
    }

    private RepairLearning.Outcome learn(StoredExamples annotated, SceneFolds scenes) throws InterruptedException {
        int[] folds = scenes.folds(annotated.ids(), options.folds());
        int count = IntStream.of(folds).max().orElse(-1) + 1;
        if (count < 2) {
            throw new ConfigurationException("all " + annotated.size()
                    + " annotated frames are of one scene, and what is learned from a scene cannot be judged on it;"
                    + " annotate frames of others");
        }
        List<int[]> known =
                parents.descriptions().stream().map(ParentStores::known).toList();
        int workers = Math.max(
                1,
                Runtime.getRuntime().availableProcessors()
                        / configuration.spark().threadsPerTask());
        RepairLearning learning = new RepairLearning(
                options, known, parents.descriptions().get(0).numberOfClasses(), parents.topK(), workers);
        boolean pictures = features != null;
        try (Progress progress = observer.progress("learn", learning.steps(annotated.size(), count, pictures));
                PictureEncoder network = pictures
                        ? PictureEncoder.open(
                                configuration.features(), configuration.spark().threadsPerTask())
                        : null) {
            return learning.learn(annotated.with(network), annotated.ids(), folds, pictures, () -> progress.step(1));
        }
    }

    private StoreTotals write(Stored stored) throws IOException, InterruptedException {
        ShardPlan plan = ShardPlan.of(frames, configuration.shardSize());
        String digest = stored.model().digest();
        StoreDescription description = parents.derived(
                plan,
                known(stored),
                "repair " + MAKING + ": " + stored.model().method().key() + " " + digest);
        Path folder = configuration.out().resolve(FOLDER);
        RepairTask task = new RepairTask(
                manifest.folder().toString(),
                parents.paths(),
                ParentStores.absolute(configuration.out()),
                description,
                new SharedRepair.Key(
                        ParentStores.absolute(folder),
                        digest,
                        configuration.features() == null ? null : ParentStores.absolute(configuration.features())),
                configuration.spark().threadsPerTask());
        StoreTotals totals = new RepairJob(configuration.spark().asSubmitted(), task, observer)
                .run(configuration.out(), plan, resume, () -> {
                    if (!RepairModelFile.exists(folder)) {
                        RepairModelFile.write(folder, stored);
                    }
                    AtomicFile.write(
                            configuration.out().resolve(RECORD),
                            ConfigurationWriter.toYaml(
                                    annotated == null ? configuration : configuration.withRepair(options)));
                });
        QuarantineLimit limit = QuarantineLimit.parse(configuration.maxQuarantined());
        if (limit.isExceededBy(totals)) {
            throw new DataException(configuration.out() + ": " + totals.quarantined() + " of "
                    + (totals.frames() + totals.quarantined()) + " frames cannot be read, at most " + limit
                    + " may (maxQuarantined); its folder quarantine says why");
        }
        return totals;
    }

    /** What the repaired labels can be: what an expert can say, and what was learned; null = all. */
    private @Nullable List<Integer> known(Stored stored) {
        List<Integer> known = parents.known();
        if (known == null) {
            return null;
        }
        TreeSet<Integer> all = new TreeSet<>(known);
        List<@Nullable Double> before = stored.scores().get(0).iou();
        if (!stored.model().learnedFrom().isEmpty()) {
            IntStream.range(0, before.size())
                    .filter(index -> before.get(index) != null)
                    .forEach(all::add);
        }
        return List.copyOf(all);
    }

    /** Repairs the shards that a store lacks, as one Spark job. Only this driver gives shards their names. */
    private static final class RepairJob {
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
            int frames =
                    missing.stream().mapToInt(shard -> shard.frames().size()).sum();
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
}
