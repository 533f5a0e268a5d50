package dev.understudy.pipeline.spark;

import dev.understudy.files.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * An S3 server on loopback, in a process of its own, that keeps its objects in a folder. Ends with this JVM at the
 * latest.
 */
public final class S3Server implements AutoCloseable {
    public static final String BUCKET = "rooms";

    private static final int START_SECONDS = 60;

    private final LocaleOfMain locale = LocaleOfMain.hold();
    private final Process process;
    private final String endpoint;

    private S3Server(Process process, String endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** @param folder empty; kept by the caller */
    public static S3Server start(Path folder) throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty("basedir", "."), "target", "s3proxy.jar")
                .toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IOException(jar + ": not there; run ./mvnw generate-test-resources once");
        }
        int port = freePort();
        String endpoint = "http://127.0.0.1:" + port;
        Properties settings = new Properties();
        settings.setProperty("s3proxy.endpoint", endpoint);
        settings.setProperty("s3proxy.authorization", "none");
        settings.setProperty("jclouds.provider", "filesystem-nio2");
        settings.setProperty(
                "jclouds.filesystem.basedir",
                Files.createDirectories(folder.resolve("objects")).toString());
        Path file = folder.resolve("s3proxy.conf");
        try (var out = Files.newOutputStream(file)) {
            settings.store(out, null);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-Djava.io.tmpdir=" + Scratch.folder("s3proxy"),
                        "-jar",
                        jar.toString(),
                        "--properties",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3proxy.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        S3Server server = new S3Server(process, endpoint);
        server.await(folder.resolve("s3proxy.log"));
        server.request("PUT", "/" + BUCKET);
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await(Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                request("GET", "/");
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        close();
        throw new IOException("the S3 server did not start: " + Files.readString(log));
    }

    private void request(String method, String path) throws IOException, InterruptedException {
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(endpoint + path))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }

    /** What Spark has to be told to reach it. */
    public Map<String, String> settings() {
        return Map.of(
                "spark.hadoop.fs.s3a.endpoint", endpoint,
                "spark.hadoop.fs.s3a.endpoint.region", "us-east-1",
                "spark.hadoop.fs.s3a.path.style.access", "true",
                "spark.hadoop.fs.s3a.access.key", "somebody",
                "spark.hadoop.fs.s3a.secret.key", "something",
                "spark.hadoop.fs.s3a.connection.ssl.enabled", "false",
                "spark.hadoop.fs.s3a.attempts.maximum", "2",
                "spark.hadoop.fs.s3a.retry.limit", "2");
    }

    /** {@code key=value} as {@code --set spark.settings=…} takes them. */
    public List<String> asOptions() {
        return settings().entrySet().stream()
                .map(setting -> "-D" + setting.getKey() + "=" + setting.getValue())
                .toList();
    }

    @Override
    public void close() {
        locale.close();
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
