package dev.understudy.cli.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.PairedBootstrap;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.gate.Gain;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.registry.ModelVersion.VersionDraft;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.registry.SomeVersions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class RegistryCommandTest {
    private Registry registry;

    @BeforeMethod
    public void begin() throws IOException {
        Path root = Scratch.folder("registry-command");
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

    /** Two sets, a gain beyond noise in one and none in the other: each p is smallest first times how many are left. */
    @Test
    public void comparesFrameByFrameWithProbabilitiesAfterHolm() throws IOException {
        register("v0004", 0.50, 0.50);
        register("v0005", 0.40, 0.49);
        List<Gain> gains = Gain.between(
                MeasuredModel.FORMAT.read(registry.file("v0004", MeasuredModel.FILE)),
                MeasuredModel.FORMAT.read(registry.file("v0005", MeasuredModel.FILE)),
                PairedBootstrap.DEFAULT);
        double[] single = gains.stream()
                .mapToDouble(gain -> gain.interval().probability())
                .map(oneSided -> 2 * Math.min(oneSided, 1 - oneSided))
                .toArray();
        String out = run("compare", "v0004", "v0005").out();
        boolean changed = false;
        for (int i = 0; i < gains.size(); i++) {
            double corrected = 0;
            for (double other : single) {
                long left = Arrays.stream(single).filter(p -> p >= other).count();
                if (other <= single[i]) {
                    corrected = Math.max(corrected, Math.min(1, other * left));
                }
            }
            String name = gains.get(i).set() + " " + gains.get(i).metric().key() + " ";
            String row = out.lines()
                    .filter(line -> line.startsWith(name))
                    .findFirst()
                    .orElse(out);
            String shown = String.format(Locale.ROOT, "%.3f", corrected);
            assertTrue(row.endsWith("  " + shown + "  20 scenes"), row + " should have " + shown);
            changed |= !shown.equals(String.format(Locale.ROOT, "%.3f", single[i]));
        }
        assertTrue(changed, "a correction that can be seen: " + out);
        assertTrue(out.contains("p is corrected for " + gains.size() + " comparisons (Holm)"), out);
    }

    /** With depth that is off by so many metres on average, and by something else in each of 20 scenes, in two sets. */
    private void register(String name, double here, double there) throws IOException {
        Path scratch = Scratch.folder("measured");
        List<MeasuredSet> sets = new ArrayList<>();
        for (Map.Entry<String, Double> set : new TreeMap<>(Map.of("here", here, "there", there)).entrySet()) {
            Random luck = new Random(name.hashCode() + set.getKey().hashCode());
            List<FrameSums> frames = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                double off = set.getValue() + 0.05 * luck.nextGaussian();
                double[] sums = {100, 100 * off * off, 40 * off, 90 * off * off, 1, 10 * off, 4 * off, 90, 95, 99};
                frames.add(new FrameSums("f" + i, "room" + i, new TreeMap<>(Map.of("depth", sums))));
            }
            sets.add(new MeasuredSet(set.getKey(), "d " + set.getKey(), List.of(), frames));
        }
        Path measured = scratch.resolve("measured.json");
        MeasuredModel.FORMAT.write(measured, new MeasuredModel(name, sets, null, 1, null));
        VersionDraft draft = SomeVersions.draft(scratch, name, null);
        TreeMap<String, Path> files = new TreeMap<>(draft.files());
        files.put(MeasuredModel.FILE, measured);
        String registered = registry.register(
                        new VersionDraft(files, null, draft.lineage(), draft.evaluations(), null, ""))
                .name();
        assertEquals(registered, name);
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
