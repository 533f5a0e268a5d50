package dev.understudy.pipeline.spark;

import dev.understudy.conf.ConfigurationException;
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
        SparkConf conf =
                SparkRuntime.settings("test", new SparkConfiguration(asked, 1, Map.of("spark.jars", "program.jar")));
        Assert.assertEquals(conf.get("spark.master"), used);
    }

    @Test
    public void keepsToItselfUnlessAsked() {
        SparkConf conf = SparkRuntime.settings("test", new SparkConfiguration("local[2]", 2, Map.of()));
        Assert.assertEquals(conf.get("spark.ui.enabled"), "false");
        Assert.assertEquals(conf.get("spark.driver.bindAddress"), "127.0.0.1");
        Assert.assertEquals(conf.get("spark.task.cpus"), "2");
        SparkConf asked = SparkRuntime.settings(
                "test", new SparkConfiguration("local[2]", 1, Map.of("spark.ui.enabled", "true")));
        Assert.assertEquals(asked.get("spark.ui.enabled"), "true");
    }

    @Test
    public void aClusterNeedsTheProgramsJar() throws IOException {
        SparkConfiguration cluster = new SparkConfiguration("spark://host:7077", 1, Map.of());
        ConfigurationException missing =
                Assert.expectThrows(ConfigurationException.class, () -> SparkRuntime.settings("test", cluster));
        Assert.assertTrue(missing.getMessage().contains("./mvnw -Pcluster"), missing.getMessage());
        Path jar = Files.createTempFile("program", ".jar");
        System.setProperty("understudy.cluster.jar", jar.toString());
        try {
            Assert.assertEquals(SparkRuntime.settings("test", cluster).get("spark.jars"), jar.toString());
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
            Assert.assertEquals(SparkRuntime.settings("test", here).get("spark.master"), "spark://host:7077");
        } finally {
            System.clearProperty("spark.master");
        }
    }

    /** Spark itself binds its pages to every address of the machine. */
    @Test
    public void pagesThatAreAskedForAreSeenFromThisMachineOnly() throws IOException {
        SparkContext context = SparkRuntime.start(
                "test",
                new SparkConfiguration(
                        "local[1]",
                        1,
                        Map.of("spark.ui.enabled", "true", "spark.ui.port", "0", "spark.log.level", "OFF")));
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
