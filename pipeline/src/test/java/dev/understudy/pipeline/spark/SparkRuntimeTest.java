package dev.understudy.pipeline.spark;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.spark.SparkRuntime.TaskGpus;
import dev.understudy.pipeline.spark.TaskResults.ExecutorWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.testng.Assert;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SparkRuntimeTest {
    @DataProvider
    public Object[][] masters() {
        return new Object[][] {
            {"local", "local[1,4]"},
            {"local[*]", "local[*,4]"},
            {"local[3]", "local[3,4]"},
            {"local[2,1]", "local[2,1]"},
            {"spark://host:7077", "spark://host:7077"},
            {"yarn", "yarn"},
        };
    }

    @Test(dataProvider = "masters")
    public void localMastersRetry(String asked, String used) {
        SparkConf conf = SparkRuntime.settings(
                "test", new SparkConfiguration(asked, 1, Map.of("spark.jars", "program.jar")), "cpu");
        Assert.assertEquals(conf.get("spark.master"), used);
    }

    @Test
    public void keepsToItselfUnlessAsked() {
        SparkConf conf = SparkRuntime.settings("test", new SparkConfiguration("local[2]", 2, Map.of()), "cpu");
        Assert.assertEquals(conf.get("spark.ui.enabled"), "false");
        Assert.assertEquals(conf.get("spark.driver.bindAddress"), "127.0.0.1");
        Assert.assertEquals(conf.get("spark.task.cpus"), "2");
        SparkConf asked = SparkRuntime.settings(
                "test", new SparkConfiguration("local[2]", 1, Map.of("spark.ui.enabled", "true")), "cpu");
        Assert.assertEquals(asked.get("spark.ui.enabled"), "true");
    }

    @Test
    public void executorsReadNamesOfFilesAsTheDriverDoes() {
        SparkConf conf = new SparkConf(false).set("spark.executorEnv.LC_CTYPE", "fr_FR.UTF-8");
        SparkRuntime.speakAsHere(conf, Map.of("LC_ALL", "C.UTF-8", "LC_CTYPE", "en_US.utf8", "LANG", "C"));
        Assert.assertEquals(conf.get("spark.executorEnv.LC_ALL"), "C.UTF-8");
        Assert.assertEquals(conf.get("spark.executorEnv.LC_CTYPE"), "fr_FR.UTF-8", "what somebody chose stays");
        SparkConf other = new SparkConf(false);
        SparkRuntime.speakAsHere(other, Map.of("LC_ALL", "C"));
        Assert.assertFalse(other.contains("spark.executorEnv.LC_ALL"));
    }

    @Test
    public void onAClusterTheJobsPagesAreWhereThatPutsThem() {
        SparkConfiguration cluster =
                new SparkConfiguration("spark://host:7077", 1, Map.of("spark.jars", "program.jar"));
        SparkConf conf = SparkRuntime.settings("test", cluster, "cpu");
        Assert.assertFalse(conf.contains("spark.ui.enabled"));
        Assert.assertEquals(conf.getenv("SPARK_LOCAL_IP"), System.getenv("SPARK_LOCAL_IP"));
    }

    @Test
    public void operatorsSeeWhatTheJobIsAndHowFarItIs() throws Exception {
        SparkConfiguration here = new SparkConfiguration("local[1]", 1, Map.of("spark.log.level", "OFF"));
        SparkContext context = SparkRuntime.start("test", here, "cpu");
        try (TaskResults<Integer> results = TaskResults.submit(
                context,
                "label 3 frames into store",
                List.of(1, 2, 3),
                item -> item * item,
                new ExecutorWatch(context, here))) {
            int sum = 0;
            for (int left = 3; left > 0; left--) {
                sum += results.take();
                results.done(1);
            }
            Assert.assertEquals(sum, 14);
            var gauges = context.env()
                    .metricsSystem()
                    .getSourcesByName("understudy")
                    .head()
                    .metricRegistry()
                    .getGauges();
            Assert.assertEquals(gauges.get("tasks").getValue(), 3);
            Assert.assertEquals(gauges.get("tasksDone").getValue(), 3L);
            Assert.assertEquals(gauges.get("done").getValue(), 3L);
            context.listenerBus().waitUntilEmpty();
            var job = context.statusStore().job(0);
            Assert.assertEquals(job.description().get(), "label 3 frames into store");
            Assert.assertEquals(context.statusStore().lastStageAttempt(0).name(), "label 3 frames into store");
        } finally {
            context.stop();
        }
    }

    @Test
    public void aClusterNeedsTheProgramsJar() throws IOException {
        SparkConfiguration cluster = new SparkConfiguration("spark://host:7077", 1, Map.of());
        ConfigurationException missing =
                Assert.expectThrows(ConfigurationException.class, () -> SparkRuntime.settings("test", cluster, "cpu"));
        Assert.assertTrue(missing.getMessage().contains("./mvnw -Pcluster"), missing.getMessage());
        Path jar = Scratch.file("program", ".jar");
        System.setProperty("understudy.cluster.jar", jar.toString());
        try {
            Assert.assertEquals(SparkRuntime.settings("test", cluster, "cpu").get("spark.jars"), jar.toString());
        } finally {
            System.clearProperty("understudy.cluster.jar");
            Files.delete(jar);
        }
    }

    @Test
    public void whoSubmitsSaysWhereItRuns() {
        SparkConfiguration here = new SparkConfiguration("local[*]", 1, Map.of());
        Assert.assertTrue(here.asSubmitted().isLocal());
        System.setProperty("spark.master", "spark://host:7077");
        try {
            Assert.assertFalse(here.asSubmitted().isLocal(), "a GPU is asked of the cluster, not looked for here");
            Assert.assertEquals(SparkRuntime.settings("test", here, "cpu").get("spark.master"), "spark://host:7077");
        } finally {
            System.clearProperty("spark.master");
        }
    }

    @Test
    public void whatWasSubmittedWinsOverTheRecipeAndThatOverTheProgram() {
        Map<String, String> settings = Map.of("spark.executor.memory", "3g", "spark.task.maxFailures", "7");
        SparkConfiguration recipe = new SparkConfiguration("local[1]", 2, settings);
        Map<String, String> submitted = Map.of(
                "spark.master", "spark://host:7077",
                "spark.executor.memory", "5g",
                "spark.task.cpus", "3",
                "spark.ui.enabled", "true",
                "spark.task.resource.gpu.amount", "0.25");
        submitted.forEach(System::setProperty);
        try {
            SparkConf conf = SparkRuntime.settings("test", recipe, "gpu");
            submitted.forEach((name, value) -> Assert.assertEquals(conf.get(name), value, name));
            Assert.assertEquals(conf.get("spark.task.maxFailures"), "7");
            Assert.assertEquals(conf.get("spark.executor.resource.gpu.amount"), "1");
        } finally {
            submitted.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    public void aClusterIsAskedForTheGpusThatATaskUses() {
        SparkConfiguration cluster =
                new SparkConfiguration("spark://host:7077", 1, Map.of("spark.jars", "program.jar"));
        Assert.assertEquals(amounts(cluster, "cpu"), List.of("none", "none"));
        Assert.assertEquals(amounts(cluster, "gpu"), List.of("1", "1"));
        Assert.assertEquals(amounts(cluster, "gpu:0, gpu:1"), List.of("2", "2"));
        Assert.assertEquals(amounts(new SparkConfiguration("local[*]", 1, Map.of()), "gpu"), List.of("none", "none"));
        SparkConfiguration shared = new SparkConfiguration(
                "spark://host:7077", 1, Map.of("spark.jars", "program.jar", "spark.task.resource.gpu.amount", "0.5"));
        Assert.assertEquals(amounts(shared, "gpu"), List.of("1", "0.5"));
    }

    private static List<String> amounts(SparkConfiguration configuration, String device) {
        SparkConf conf = SparkRuntime.settings("test", configuration, device);
        return List.of(
                conf.get("spark.executor.resource.gpu.amount", "none"),
                conf.get("spark.task.resource.gpu.amount", "none"));
    }

    @Test
    public void aTaskUsesTheGpusThatItWasGiven() {
        Assert.assertEquals(TaskGpus.given("gpu", List.of("3")), "gpu:3");
        Assert.assertEquals(TaskGpus.given("gpu:0,gpu:1", List.of("2", "5")), "gpu:2,gpu:5");
        Assert.assertEquals(TaskGpus.given("gpu:0,gpu:1", List.of("2")), "gpu:2");
        Assert.assertEquals(TaskGpus.given("gpu:1", List.of("4", "6")), "gpu:4");
        Assert.assertEquals(TaskGpus.given("gpu:1", List.of()), "gpu:1");
        Assert.assertEquals(TaskGpus.given("cpu", List.of("0")), "cpu");
        Assert.assertEquals(TaskGpus.given("gpu:1"), "gpu:1", "outside of tasks");
    }

    /** Spark itself binds its pages to every address of the machine. */
    @Test
    public void pagesThatAreAskedForAreSeenFromThisMachineOnly() throws IOException {
        SparkContext context = SparkRuntime.start(
                "test",
                new SparkConfiguration(
                        "local[1]",
                        1,
                        Map.of("spark.ui.enabled", "true", "spark.ui.port", "0", "spark.log.level", "OFF")),
                "cpu");
        try {
            int port = URI.create(context.uiWebUrl().get()).getPort();
            Assert.assertTrue(isOpen(InetAddress.getByName("127.0.0.1"), port));
            for (InetAddress address : othersOfThisMachine()) {
                Assert.assertFalse(isOpen(address, port), address + ":" + port);
            }
        } finally {
            context.stop();
        }
    }

    private static List<InetAddress> othersOfThisMachine() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
    }

    private static boolean isOpen(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    public void settingsMustBeSparks() {
        Assert.assertThrows(
                IllegalArgumentException.class, () -> new SparkConfiguration("local", 1, Map.of("ui.enabled", "true")));
    }
}
