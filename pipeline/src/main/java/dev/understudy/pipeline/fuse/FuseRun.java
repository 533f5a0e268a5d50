package dev.understudy.pipeline.fuse;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.labeler.fusion.FusionOptions;
import dev.understudy.pipeline.ParentStores;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.fuse.FuseJob.Scenes;
import dev.understudy.pipeline.spark.HadoopProvider;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StorePublisher.ResumeOptions;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** From a configuration to a fused store: checks the stores, plans by scene, then runs the job. */
public final class FuseRun {
    /** In fingerprints: another number when the same options would give other evidence. */
    private static final int MAKING = 1;

    /** Of the JVM's memory, megabytes beside a scene's map: a shard that is written, frames that are read. */
    private static final int BESIDE_THE_MAP = 256;

    private static final String RECORD = "fuse.yaml";
    private static final String CLASS_LIST = "classes.tsv";

    private FuseRun() {}

    /**
     * @throws ConfigurationException if the stores do not go together, or {@code out} was made in another way
     * @throws DataException if manifest or stores cannot be read, or have no frame in common
     */
    public static FuseResult run(FuseConfiguration configuration, ResumeOptions resume, RunObserver observer)
            throws IOException, InterruptedException {
        HadoopProvider.configure(configuration.spark().settings());
        Manifest manifest = Manifest.read(configuration.manifest(), configuration.split());
        ParentStores parents = ParentStores.open(configuration.stores(), "fuse");
        List<FrameRecord> frames = parents.common(manifest, configuration.manifest());
        List<Scenes.Group> groups = Scenes.of(frames, configuration.shardSize());
        FusionOptions given = configuration.fusion() == null ? FusionOptions.DEFAULT : configuration.fusion();
        requireMemory(configuration.spark().asSubmitted(), given);
        FusionChoice.@Nullable Chosen chosen =
                configuration.choose() ? choose(manifest, parents, groups, given, observer) : null;
        FusionOptions options = chosen == null ? given : chosen.options();
        ShardPlan plan = ShardPlan.ofGroups(
                frames, groups.stream().map(Scenes.Group::frames).toList(), configuration.shardSize());
        StoreDescription description =
                parents.derived(plan, parents.known(), "fuse " + MAKING + ": " + options.canonical());
        SceneTask task = new SceneTask(
                manifest.folder().toString(),
                parents.paths(),
                ParentStores.absolute(configuration.out()),
                map(configuration.map(), parents.classSpace()),
                description,
                options,
                configuration.spark().threadsPerTask());
        FuseJob.Outcome outcome = new FuseJob(configuration.spark().asSubmitted(), task)
                .run(configuration.out(), plan, groups, resume, new FuseJob.Listener() {
                    @Override
                    public void accepted() throws IOException {
                        AtomicFile.write(
                                configuration.out().resolve(RECORD),
                                ConfigurationWriter.toYaml(
                                        configuration.withFusion(options).withChoose(false)));
                    }

                    @Override
                    public Progress begun(int count) {
                        observer.tell("fuse: " + options.canonical() + ", Spark on "
                                + configuration.spark().asSubmitted().master());
                        return observer.progress("fuse", count);
                    }
                });
        return FuseResult.of(
                configuration.out(), options, chosen == null ? null : chosen.by(), outcome.totals(), outcome.scenes());
    }

    private static FusionChoice.Chosen choose(
            Manifest manifest,
            ParentStores parents,
            List<Scenes.Group> groups,
            FusionOptions given,
            RunObserver observer) {
        StoreDescription labels = parents.descriptions().get(0);
        FusionChoice choice = new FusionChoice(
                manifest.folder(),
                parents.stores(),
                String.valueOf(labels.classes()),
                labels.numberOfClasses(),
                parents.topK());
        List<Scenes.Group> scenes = choice.annotated(groups);
        try (Progress progress = observer.progress("choose", FusionChoice.fusions(given, scenes.size()))) {
            return choice.choose(given, scenes, progress);
        }
    }

    /** Makes the folder, with the list of classes beside the clouds. */
    private static SceneTask.@Nullable Map map(@Nullable Path folder, ClassSpace space) throws IOException {
        if (folder == null) {
            return null;
        }
        List<Integer> colours = IntStream.range(0, space.size())
                .map(space.palette()::colour)
                .boxed()
                .toList();
        Files.createDirectories(folder);
        AtomicFile.write(folder.resolve(CLASS_LIST), space.table());
        return new SceneTask.Map(ParentStores.absolute(folder), colours);
    }

    private static void requireMemory(SparkConfiguration spark, FusionOptions options) {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        if (spark.isLocal() && heap < options.memory() + BESIDE_THE_MAP) {
            throw new ConfigurationException("fusion.memory: maps of up to " + options.memory()
                    + " MB do not fit into a JVM of " + heap + " MB; allow maps less (--set fusion.memory="
                    + Math.max(16, heap - BESIDE_THE_MAP) + ") or give the JVM more (UNDERSTUDY_JAVA_OPTS=-Xmx4g)");
        }
    }

    /**
     * What {@code understudy fuse} does.
     *
     * @param stores what experts said of the frames, one a store; frames that are in all of them are fused
     * @param manifest the frames, with poses and intrinsics
     * @param split only frames of this split; null = all
     * @param out the store that is made
     * @param map folder for a point cloud of each scene; null = none
     * @param fusion how views are put together; null = the defaults, voxels of 5 cm and the mean
     * @param choose whether voxel size and pooling are chosen by the frames that are annotated; what {@code fusion}
     *     says stays where nothing is better
     * @param shardSize frames that are stored in one file, of one scene
     */
    @RecordBuilder
    @RecordBuilder.Options(prefixEnclosingClassNames = false)
    public record FuseConfiguration(
            List<Path> stores,
            Path manifest,
            @Nullable String split,
            Path out,
            @Nullable Path map,
            @Nullable FusionOptions fusion,
            @Default("false") boolean choose,
            @Default("32") int shardSize,
            @Default("{}") SparkConfiguration spark)
            implements FuseConfigurationBuilder.With {
        public FuseConfiguration {
            stores = List.copyOf(stores);
            new Checks()
                    .notEmpty("stores", stores)
                    .inRange("shardSize", shardSize, 1, 1_000_000)
                    .verify();
        }
    }
}
