package dev.understudy.retrain.registry;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.registry.AuditHistory.AuditEntry;
import dev.understudy.retrain.registry.AuditHistory.AuditEvent;
import dev.understudy.retrain.registry.ModelVersion.Lineage;
import dev.understudy.retrain.registry.ModelVersion.VersionDraft;
import dev.understudy.retrain.registry.Registry.ChampionChangedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Promoters that are processes of their own: two at once, one that is killed, one whose disk is full. */
public class RegistryProcessIT {
    private static final int WON = 0;
    private static final int TOLD = 3;
    private static final int KILLED = 137;

    private Path root;
    private Registry registry;

    @BeforeMethod
    public void makeRegistry() throws IOException {
        root = Scratch.folder("registry-it");
        registry = SomeVersions.registry(root, 4);
        registry.promote("v0001", null, "first");
    }

    @AfterMethod(alwaysRun = true)
    public void removeFolder() throws IOException {
        VersionFolders.delete(root);
    }

    @Test
    public void ofTwoPromotersAtOnceOneWinsAndTheOtherIsTold() throws Exception {
        Path start = root.resolve("start");
        List<Process> promoters = new ArrayList<>();
        for (String version : List.of("v0002", "v0003")) {
            promoters.add(start(List.of(), "promote", version, "v0001", "", start.toString()));
        }
        for (Process promoter : promoters) {
            assertEquals(promoter.getInputStream().read(), '.', "ready");
        }
        Files.createFile(start);
        List<Integer> codes = new ArrayList<>();
        StringBuilder said = new StringBuilder();
        for (Process promoter : promoters) {
            said.append(new String(promoter.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
            codes.add(end(promoter));
        }
        assertEquals(codes.stream().sorted().toList(), List.of(WON, TOLD), said.toString());
        assertTrue(said.toString().contains("somebody else has promoted meanwhile"), said.toString());
        assertEquals(registry.aliases().champion(), codes.get(0) == WON ? "v0002" : "v0003");
        assertEquals(registry.verify(), List.of());
    }

    @Test
    public void aPromoterKilledBetweenLogAndSwitchHasNotPromotedAndHoldsNoLock() throws Exception {
        assertEquals(end(start(List.of(), "promote", "v0002", "v0001", "promoted-logged", "")), KILLED);
        assertEquals(registry.aliases().champion(), "v0001");
        assertEquals(registry.verify(), List.of());

        assertEquals(end(start(List.of(), "promote", "v0003", "v0001", "", "")), WON);
        assertEquals(registry.aliases().champion(), "v0003");
        assertEquals(
                registry.history().entries().stream()
                        .map(AuditEntry::event)
                        .toList()
                        .subList(5, 8),
                List.of(AuditEvent.PROMOTED, AuditEvent.ABANDONED, AuditEvent.PROMOTED));
        assertEquals(registry.verify(), List.of());
    }

    @Test
    public void aPromoterKilledAfterTheSwitchHasPromoted() throws Exception {
        assertEquals(end(start(List.of(), "promote", "v0002", "v0001", "promoted-switched", "")), KILLED);
        assertEquals(registry.aliases().champion(), "v0002");
        assertEquals(registry.aliases().previous(), "v0001");
        assertEquals(end(start(List.of(), "rollback", "-", "-", "", "")), WON);
        assertEquals(registry.aliases().champion(), "v0001");
        assertEquals(registry.verify(), List.of());
    }

    /** The limit of the shell on a file's size stands in for a disk that fills: writing ends in mid-file. */
    @Test
    public void aVersionThatDoesNotFitLeavesTheRegistryAsItWas() throws Exception {
        if (!Files.isExecutable(Path.of("/bin/bash"))) {
            throw new SkipException("no bash, so no limit on file sizes");
        }
        Path big = root.resolve("scratch/big.pth");
        Files.write(big, new byte[1 << 20]);
        List<String> limited = List.of("/bin/bash", "-c", "ulimit -f 256; exec \"$@\"", "limited");
        Process process = start(limited, "register", big.toString(), "-", "", "");
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(end(process), 1, said);
        assertTrue(said.contains("IOException"), said);
        assertEquals(registry.versions().size(), 4);
        assertEquals(registry.verify(), List.of());
        try (var left = Files.list(registry.folder().resolve("versions"))) {
            assertEquals(left.count(), 4);
        }
        assertEquals(end(start(List.of(), "register", big.toString(), "-", "", "")), WON);
        assertEquals(registry.versions().size(), 5);
    }

    private Process start(List<String> before, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(ChildJvm.command(List.of("-Xmx64m"), Promoter.class));
        command.add(registry.folder().toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    private static int end(Process process) throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("a promoter did not end within a minute");
        }
        return process.exitValue();
    }

    /**
     * What runs in those processes: folder, action, version or file, expected champion, where to die, what to await.
     */
    public static final class Promoter {
        private Promoter() {}

        public static void main(String[] arguments) throws Exception {
            Registry registry = new Registry(Path.of(arguments[0]), SomeVersions.CLOCK, point -> {
                if (point.equals(arguments[4])) {
                    Runtime.getRuntime().halt(KILLED);
                }
            });
            System.out.print('.');
            System.out.flush();
            while (!arguments[5].isEmpty() && !Files.exists(Path.of(arguments[5]))) {
                Thread.onSpinWait();
            }
            System.exit(run(registry, arguments));
        }

        private static int run(Registry registry, String[] arguments) {
            try {
                switch (arguments[1]) {
                    case "promote" -> registry.promote(arguments[2], arguments[3], "by a process");
                    case "rollback" -> registry.rollback("by a process");
                    default -> registry.register(draft(Path.of(arguments[2])));
                }
                return WON;
            } catch (ChampionChangedException e) {
                System.err.println(e.getMessage());
                return TOLD;
            } catch (IOException e) {
                System.err.println(e);
                return 1;
            }
        }

        private static VersionDraft draft(Path weights) throws IOException {
            VersionDraft draft = SomeVersions.draft(weights.resolveSibling("more"), "w9", "v0001");
            var files = new java.util.TreeMap<>(draft.files());
            files.put(ModelVersion.WEIGHTS, weights);
            return new VersionDraft(files, "v0001", Lineage.UNKNOWN, List.of(), null, "");
        }
    }
}
