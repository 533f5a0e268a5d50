package dev.understudy.pipeline.registry.command;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.pipeline.cli.CommandLineRun;
import dev.understudy.pipeline.registry.Registry;
import dev.understudy.pipeline.registry.SomeVersions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class RegistryCommandTest {
    private Registry registry;

    @BeforeMethod
    public void begin() throws IOException {
        Path root = Files.createTempDirectory("registry-command");
        registry = SomeVersions.registry(root, 3);
        registry.promote("v0001", null, "first");
    }

    @Test
    public void listsVersions() {
        CommandLineRun run = run("list");
        assertEquals(run.exitCode(), 0, run.err());
        assertEquals(run.out(), """
                version  is        created               parent  scores
                v0001    champion  2026-03-01T02:00:00Z  -       test miou 0.5000
                v0002    -         2026-03-01T02:00:00Z  v0001   test miou 0.5000
                v0003    -         2026-03-01T02:00:00Z  v0002   test miou 0.5000
                """);
        assertTrue(run("list", "--json").out().contains("\"createdAt\" : \"2026-03-01T02:00:00Z\""));
    }

    @Test
    public void showsAndCompares() {
        CommandLineRun show = run("show", "champion");
        assertEquals(show.exitCode(), 0, show.err());
        assertTrue(show.out().startsWith("v0001  champion\n"), show.out());
        assertTrue(show.out().contains("segmentation  broken  NaN"), show.out());
        assertTrue(run("show", "v0002", "--json").out().contains("\"parent\" : \"v0001\""));
        CommandLineRun compare = run("compare", "v0001", "v0002");
        assertEquals(compare.out(), """
                test                 v0001   v0002   change
                segmentation broken  NaN     NaN     +NaN
                segmentation miou    0.5000  0.5000  +0.0000
                class wall           0.5000  0.5000  +0.0000

                               v0001    v0002
                latency ms     12.5000  12.5000
                weights bytes  10       10
                """.replace("+NaN", "NaN"));
    }

    @Test
    public void promotesRollsBackAndPrunes() throws IOException {
        assertEquals(
                run("promote", "v0002", "--reason", "seen in the field").out(), "champion v0002, previous v0001\n");
        CommandLineRun stale = run("promote", "v0003", "--expect", "v0001");
        assertEquals(stale.exitCode(), 3);
        assertTrue(stale.err().contains("found champion v0002, expected v0001"), stale.err());
        assertEquals(run("rollback").out(), "champion v0001\n");
        assertEquals(run("rollback").exitCode(), 3);
        assertEquals(run("prune", "--keep", "0", "--dry-run").out(), "v0002\nv0003\n");
        assertEquals(run("prune", "--keep", "1").out(), "v0002\n");
        assertEquals(run("prune", "--keep", "-1").exitCode(), 2);
        assertEquals(registry.versions().size(), 2);
        String log = run("log").out();
        assertTrue(log.contains("promoted") && log.contains("seen in the field") && log.contains("rolled-back"), log);
    }

    @Test
    public void saysWhatIsDamaged() throws IOException {
        assertEquals(run("verify").exitCode(), 0);
        Files.writeString(registry.folder().resolve("versions/v0002/weights.pth"), "other");
        CommandLineRun run = run("verify");
        assertEquals(run.exitCode(), 3);
        assertTrue(run.out().contains("v0002/weights.pth: found 5 bytes, expected 10 bytes"), run.out());
        assertEquals(run("show", "v0009").exitCode(), 3);
        assertEquals(run("show", "challenger").exitCode(), 3);
        assertEquals(
                CommandLineRun.of("registry", "list", "--registry", "/nowhere").exitCode(), 3);
    }

    private CommandLineRun run(String command, String... arguments) {
        List<Object> words = new ArrayList<>(List.of("registry", command, "--registry", registry.folder()));
        words.addAll(List.of(arguments));
        return CommandLineRun.of(words.toArray());
    }
}
