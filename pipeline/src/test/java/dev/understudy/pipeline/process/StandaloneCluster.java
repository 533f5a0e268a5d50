package dev.understudy.pipeline.process;

import dev.understudy.files.ChildJvm;
import dev.understudy.pipeline.spark.SparkConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;

/**
 * A Spark cluster of real processes on this machine: a master and workers, one core each, that start executors as
 * processes of their own. It asks everybody for a secret.
 */
public final class StandaloneCluster implements AutoCloseable {
    public static final String SECRET = "a secret of the tests";

    private static final String LOOPBACK = "127.0.0.1";
    private static final Map<String, String> SECURITY = Map.of(
            "spark.authenticate", "true",
            "spark.authenticate.secret", SECRET,
            "spark.authenticate.enableSaslEncryption", "true");

    private static final String TEMPORARY = "temporary";

    private final Path folder;
    private final String url;
    private final List<ChildJvm> processes = new ArrayList<>();

    private StandaloneCluster(Path folder, String url) {
        this.folder = folder;
        this.url = url;
    }

    /** @param folder for logs and the workers' files */
    public static StandaloneCluster start(Path folder, int workers) throws IOException, InterruptedException {
        // Where a Spark distribution has its jars; everything comes by the class path here.
        Files.createDirectories(folder.resolve("spark/jars"));
        Files.createDirectories(folder.resolve(TEMPORARY));
        int port = freePort();
        StandaloneCluster cluster = new StandaloneCluster(folder, "spark://" + LOOPBACK + ":" + port);
        try {
            cluster.add(Master.class, "master", LOOPBACK, "--port", Integer.toString(port));
            cluster.awaitMaster(port);
            for (int worker = 1; worker <= workers; worker++) {
                String name = "worker-" + worker;
                String work = folder.resolve(name).toString();
                String host = hasSeveralHosts() ? "127.0.0." + worker : LOOPBACK;
                cluster.add(
                        Worker.class, name, host, "--cores", "1", "--memory", "1g", "--work-dir", work, cluster.url);
            }
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private void add(Class<?> main, String name, String host, String... arguments) throws IOException {
        List<String> options = new ArrayList<>();
        SECURITY.forEach((setting, value) -> options.add("-D" + setting + "=" + value));
        options.add("-Dspark.decommission.enabled=true");
        List<String> command = ChildJvm.command(options, main);
        command.addAll(List.of("--host", host, "--webui-port", "0"));
        command.addAll(List.of(arguments));
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("SPARK_LOCAL_IP", host);
        processes.add(ChildJvm.start(command, environment, folder.resolve(name + ".log")));
    }

    /** Whether each worker can be a host of its own: Spark tries a slow task again on another host only. */
    public static boolean hasSeveralHosts() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * What an operator, or whoever takes a machine back, tells a worker: take on nothing new, and go.
     * @param worker from 1
     */
    public void decommission(int worker) throws IOException, InterruptedException {
        processes.get(worker).signal("PWR");
    }

    /** For processes that submit jobs: there is no distribution, only its classes. */
    public Map<String, String> environment() {
        return Map.of(
                "SPARK_HOME",
                folder.resolve("spark").toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_LOCAL_IP",
                LOOPBACK);
    }

    private void awaitMaster(int port) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 600; attempt++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(LOOPBACK, port), 1000);
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new AssertionError(
                "the master does not listen; it said: " + processes.get(0).output());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public String url() {
        return url;
    }

    /** How a driver on this machine uses it. @param more settings of Spark's */
    public SparkConfiguration configuration(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(SECURITY);
        settings.put("spark.driver.host", LOOPBACK);
        settings.put("spark.driver.bindAddress", LOOPBACK);
        settings.put("spark.executor.memory", "512m");
        settings.put("spark.executor.extraClassPath", ChildJvm.classPath());
        settings.put(
                "spark.executor.extraJavaOptions",
                // An executor that halts leaves its native libraries behind
                "\"-Djava.io.tmpdir=" + folder.resolve(TEMPORARY) + "\" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "
                        + String.join(" ", ChildJvm.locale()));
        settings.putAll(more);
        return new SparkConfiguration(url, 1, settings);
    }

    @Override
    public void close() throws InterruptedException {
        // Workers first, and politely: a worker that is killed leaves its executors behind.
        for (int i = processes.size() - 1; i >= 0; i--) {
            Process process = processes.get(i).process();
            process.destroy();
            process.waitFor(10, java.util.concurrent.TimeUnit.SECONDS);
            processes.get(i).close();
        }
    }
}
