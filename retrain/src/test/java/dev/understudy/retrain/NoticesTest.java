package dev.understudy.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.Notices.NoticeConfiguration;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class NoticesTest {
    private Path folder;
    private Path cycleJson;
    private List<String> told;

    @BeforeMethod
    public void begin() throws IOException {
        folder = Scratch.folder("notices");
        cycleJson = Files.writeString(folder.resolve("cycle.json"), "{\"outcome\":\"promoted\"}");
        told = new ArrayList<>();
    }

    @Test
    public void writesWhatPrometheusReads() throws Exception {
        Path file = folder.resolve("understudy.prom");
        send("prometheus: " + file, Outcome.NOTHING_NEW);
        assertEquals(Files.readString(file), """
                # TYPE understudy_cycle_finished_timestamp_seconds gauge
                understudy_cycle_finished_timestamp_seconds 1.772330460E9
                # TYPE understudy_cycle_outcome gauge
                understudy_cycle_outcome{outcome="failed"} 0.0
                understudy_cycle_outcome{outcome="not-promoted"} 0.0
                understudy_cycle_outcome{outcome="nothing-new"} 1.0
                understudy_cycle_outcome{outcome="promoted"} 0.0
                understudy_cycle_outcome{outcome="running"} 0.0
                understudy_cycle_outcome{outcome="stopped"} 0.0
                # TYPE understudy_cycle_started_timestamp_seconds gauge
                understudy_cycle_started_timestamp_seconds 1.7723304E9
                # TYPE understudy_cycle_step_duration_seconds gauge
                understudy_cycle_step_duration_seconds{step="evaluate"} 1.5
                # TYPE understudy_metric gauge
                understudy_metric{metric="miou",set="a \\"b\\" \\\\ c\\nd"} NaN
                """.replace("1.772330460E9", "1.77233046E9"));
        assertEquals(told, List.of());
    }

    @Test
    public void postsTheRecord() throws Exception {
        List<String> received = new ArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            received.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(received.size() == 1 ? 204 : 500, -1);
            exchange.close();
        });
        server.start();
        try {
            String hook = "webhook: http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
            send(hook, Outcome.PROMOTED);
            send(hook, Outcome.NOTHING_NEW);
            assertEquals(received, List.of("POST application/json {\"outcome\":\"promoted\"}"));
            assertEquals(told, List.of());
            send(hook, Outcome.STOPPED);
            assertTrue(told.get(0).contains("status 500"), told.toString());
        } finally {
            server.stop(0);
        }
    }

    @Test
    public void runsACommandWithoutAShell() throws Exception {
        Path out = folder.resolve("out; touch $HOME");
        send(
                "command: [sh, -c, 'cat > \"$0\"; echo \" $UNDERSTUDY_OUTCOME $UNDERSTUDY_CYCLE\" >> \"$0\"', '" + out
                        + "']",
                Outcome.PROMOTED);
        assertEquals(Files.readString(out), "{\"outcome\":\"promoted\"} promoted " + cycleJson + "\n");
        assertEquals(told, List.of());
    }

    @Test
    public void whatFailsIsToldAndNothingElse() throws Exception {
        send(
                "command: [sh, -c, 'exit 7']\nwebhook: http://127.0.0.1:9/\nprometheus: "
                        + folder.resolve("cycle.json/x.prom"),
                Outcome.PROMOTED);
        assertEquals(told.size(), 3, told.toString());
        assertTrue(told.get(2).contains("exit code 7"), told.toString());
    }

    @Test
    public void anAddressThatIsOneIsTaken() {
        for (String good : List.of(
                "http://127.0.0.1:8080/hook?team=a%20b",
                "https://hooks.example.com/x/y", "HTTPS://example.com:65535", "http://[::1]:9/")) {
            assertEquals(configuration("webhook: '" + good + "'").webhook(), good);
        }
    }

    @Test
    public void refusesOtherAddresses() {
        for (String bad : List.of(
                "webhook: file:///etc/passwd",
                "webhook: nonsense",
                "webhook: ''",
                "webhook: 'http://'",
                "webhook: 'http:///hook'",
                "webhook: 'http://exa mple.com/'",
                "webhook: 'http://example.com:99999/'",
                "webhook: 'http://example.com:65536/'",
                "webhook: 'http://example.com:0/'",
                "webhook: 'http://example.com:-1/'",
                "webhook: 'http://example.com:port/'",
                "webhook: 'http://example.com:99999999999/'",
                "webhook: 'http://user:secret@example.com/'",
                "webhook: 'http://exämple/%zz'",
                "prometheus: /tmp/x.txt",
                "timeoutSeconds: 0",
                "on: [won]")) {
            assertThrows(ConfigurationException.class, () -> configuration(bad));
        }
    }

    private void send(String yaml, Outcome outcome) throws InterruptedException {
        Measure measure = Measure.of("metric", Map.of("set", "a \"b\" \\ c\nd", "metric", "miou"), Double.NaN);
        CycleRecord.Step step = new CycleRecord.Step(
                "evaluate", CycleRecord.State.DONE, "f", new TreeMap<>(), 1.5, new TreeMap<>(), List.of(measure));
        Instant start = Instant.parse("2026-03-01T02:00:00Z");
        CycleRecord record = new CycleRecord(
                "understudy-cycle", 1, "20260301T020000Z", start, start.plusSeconds(60), outcome, "", 1, List.of(step));
        new Notices(configuration(yaml), told::add).send(record, cycleJson);
    }

    private static NoticeConfiguration configuration(String yaml) {
        return ConfigurationLoader.parse("notices.yaml", yaml, NoticeConfiguration.class, List.of());
    }
}
