package dev.understudy.cli.label;

import dev.understudy.cli.Scratch;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.Expert;
import dev.understudy.pipeline.label.ExpertSource;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
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
