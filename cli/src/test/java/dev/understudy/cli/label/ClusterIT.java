package dev.understudy.cli.label;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.Expert;
import dev.understudy.pipeline.label.LabelTarget.ExpertSource;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.label.SyntheticFrames;
import dev.understudy.pipeline.process.StandaloneCluster;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.store.StoreVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.deploy.SparkSubmit;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.testng.Assert;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The job on a standalone cluster of processes: a master, two workers, executors that slow down or die. */
public class ClusterIT {
    private Scratch scratch;
    private StandaloneCluster cluster;
    private Path alone;

    @BeforeClass
    public void startCluster() throws Exception {
        scratch = Scratch.create();
        cluster = StandaloneCluster.start(scratch.resolve("cluster"), 2);
        alone = scratch.resolve("alone");
        SyntheticLabelJob.run(
                alone, new SparkConfiguration("local[1]", 1, Map.of()), new SyntheticLabelJob.Slow(0, null));
    }

    @AfterClass(alwaysRun = true)
    public void stopCluster() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        scratch.close();
    }

    @Test
    public void twoWorkersWithSpeculationGiveTheBytesOfOneSlot() throws Exception {
        if (!StandaloneCluster.hasSeveralHosts()) {
            throw new SkipException("this machine has one loopback address, and so one host");
        }
        Path store = scratch.resolve("speculative");
        Path opened = Files.createDirectory(scratch.resolve("opened"));
        SparkConfiguration speculative = cluster.configuration(Map.of(
                "spark.speculation", "true",
                "spark.speculation.interval", "100ms",
                "spark.speculation.quantile", "0.3",
                "spark.speculation.multiplier", "1.2",
                "spark.speculation.minTaskRuntime", "100ms"));
        SyntheticLabelJob.run(store, speculative, new Straggling(opened.toString()));
        try (Stream<Path> tasks = Files.list(opened)) {
            Assert.assertTrue(
                    tasks.count() > SyntheticLabelJob.plan().shards().size() + 1,
                    "a second try was made of the slow one");
        }
        assertSameAsAlone(store);
    }

    @Test
    public void anExecutorThatHaltsInTheMiddleOfAShardIsReplaced() throws Exception {
        Path store = scratch.resolve("halted");
        Path marker = scratch.resolve("halted.marker");
        SyntheticLabelJob.run(store, cluster.configuration(Map.of()), new SyntheticLabelJob.Slow(5, marker.toString()));
        Assert.assertTrue(Files.exists(marker), "an executor has halted");
        assertSameAsAlone(store);
    }

    /**
     * The line of docs/cluster.md as it stands there, but for its places, the cluster's secret and a machine of one
     * core.
     */
    @Test
    public void theDocumentedLineOfSparkSubmitLabelsAsOneProcessDoes() throws Exception {
        Path rooms = scratch.resolve("rooms");
        Path student = scratch.resolve("student.pth");
        Students.write(student, 40, 5, Task.SEGMENTATION);
        done("dataset", "render", "--size", "64x48", "--labelled", "3", "--depth-only", "0", "--out", rooms.toString());
        Path jar = scratch.resolve("understudy-cluster.jar");
        new JarOutputStream(Files.newOutputStream(jar), new Manifest()).close();
        List<String> line = documented("--master spark://host:7077").stream()
                .map(word -> switch (word) {
                    case "spark://host:7077" -> cluster.url();
                    case "understudy-cluster.jar" -> jar.toString();
                    case "lw-refinenet152" -> "mt-lw-refinenet";
                    case "/shared/152_nyud.pth.tar" -> student.toString();
                    case "/shared/nyud-raw" -> rooms.toString();
                    case "/shared/stores/nyud-raw" ->
                        scratch.resolve("submitted").toString();
                    case "spark.threadsPerTask=2" -> "spark.threadsPerTask=1";
                    case "spark.executor.memory=4g", "spark.executor.cores=8", "spark.task.cpus=2" ->
                        "spark.log.level=WARN";
                    default -> word;
                })
                .toList();
        List<String> command = new ArrayList<>(ChildJvm.command(List.of(), SparkSubmit.class));
        cluster.configuration(Map.of())
                .settings()
                .forEach((setting, value) -> command.addAll(List.of("--conf", setting + "=" + value)));
        command.addAll(line.subList(1, line.size()));
        command.addAll(List.of("--frames", "all"));
        try (ChildJvm submit = ChildJvm.start(command, cluster.environment(), scratch.resolve("submit.log"))) {
            Assert.assertEquals(submit.exitCode(), ExitCode.DONE, submit.output());
        }
        List<String> here = new ArrayList<>(line.subList(line.indexOf(jar.toString()) + 1, line.size()));
        here.set(
                here.indexOf(scratch.resolve("submitted").toString()),
                scratch.resolve("here").toString());
        here.addAll(List.of("--frames", "all", "--master", "local[1]"));
        done(here.toArray(String[]::new));
        Assert.assertEquals(StoreBytes.of(scratch.resolve("submitted")), StoreBytes.of(scratch.resolve("here")));
    }

    private static void done(String... arguments) {
        CommandLineRun.done((Object[]) arguments);
    }

    /** The words of the first line of {@code spark-submit} in docs/cluster.md that has these. */
    private static List<String> documented(String words) throws IOException {
        String page = Files.readString(Path.of(System.getProperty("basedir", "."), "..", "docs", "cluster.md"));
        Matcher lines = Pattern.compile("^spark-submit (.*\\\\\n)*.*$", Pattern.MULTILINE)
                .matcher(page);
        return lines.results()
                .map(MatchResult::group)
                .filter(line -> line.contains(words))
                .findFirst()
                .map(line -> List.of(line.replace("\\\n", " ").split("\\s+")))
                .orElseThrow();
    }

    /** Comes last, as it leaves one worker. */
    @Test(priority = 1)
    public void executorsComeAsTheyAreNeededAndGoAsTheyAreToldTo() throws Exception {
        Path store = scratch.resolve("elastic");
        SparkConfiguration elastic = cluster.configuration(Map.of(
                "spark.dynamicAllocation.enabled", "true",
                "spark.dynamicAllocation.shuffleTracking.enabled", "true",
                "spark.dynamicAllocation.maxExecutors", "100",
                "spark.dynamicAllocation.executorIdleTimeout", "1s",
                "spark.decommission.enabled", "true",
                "spark.extraListeners", Executors.class.getName()));
        Thread operator = new Thread(() -> decommissionOnceSomethingIsPublished(store));
        operator.start();
        SyntheticLabelJob.run(store, elastic, new SyntheticLabelJob.Slow(200, null));
        operator.join();
        assertSameAsAlone(store);
        Assert.assertTrue(
                Executors.REMOVED.stream()
                        .anyMatch(reason -> reason.toLowerCase(Locale.ROOT).contains("decommission")),
                Executors.REMOVED.toString());
    }

    /** Why executors went, as the driver is told. */
    public static final class Executors extends SparkListener {
        static final List<String> REMOVED = new CopyOnWriteArrayList<>();

        @Override
        public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
            REMOVED.add(removed.reason());
        }
    }

    private void decommissionOnceSomethingIsPublished(Path store) {
        try {
            Path shards = store.resolve("shards");
            while (!Files.isDirectory(shards) || isEmpty(shards)) {
                Thread.sleep(50);
            }
            cluster.decommission(2);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.noneMatch(file -> file.toString().endsWith(".h5"));
        }
    }

    @Test
    public void aClusterWithoutTheGpusThatWereAskedForIsNotWaitedForForEver() {
        SparkConfiguration gpus = cluster.configuration(
                Map.of("spark.executor.resource.gpu.amount", "1", "spark.task.resource.gpu.amount", "1"));
        SparkConfiguration impatient = new SparkConfiguration(gpus.master(), 1, 3, gpus.settings());
        ConfigurationException none = Assert.expectThrows(
                ConfigurationException.class,
                () -> SyntheticLabelJob.run(scratch.resolve("gpus"), impatient, new SyntheticLabelJob.Slow(0, null)));
        Assert.assertTrue(none.getMessage().contains("has given no executor within 3 s"), none.getMessage());
        Assert.assertTrue(none.getMessage().contains("1 GPUs"), none.getMessage());
    }

    private void assertSameAsAlone(Path store) throws IOException {
        Assert.assertEquals(StoreVerifier.verify(store, shard -> {}), List.of());
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(alone));
    }

    /**
     * The first task of all takes ages, unless another does its work.
     *
     * @param opened a folder in which every task leaves a file, and the slow one an additional one
     */
    private record Straggling(String opened) implements ExpertSource {
        private static final long LONG_MILLIS = 20_000;

        @Override
        public Expert open(int threads) {
            boolean slow = leave("slow");
            leave(UUID.randomUUID().toString());
            return new Expert() {
                @Override
                public Evidence predict(Frame frame) {
                    try {
                        Thread.sleep(slow ? LONG_MILLIS : 10);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("told to stop", e);
                    }
                    return SyntheticFrames.label(frame);
                }

                @Override
                public void close() {
                    // Holds nothing.
                }
            };
        }

        /** @return whether it is the first of this name */
        private boolean leave(String name) {
            try {
                Files.createFile(Path.of(opened, name));
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
