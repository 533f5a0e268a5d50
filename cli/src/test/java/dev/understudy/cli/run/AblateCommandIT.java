package dev.understudy.cli.run;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Understudy;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The command over real frames, a real store and real students, in this process and in one that is killed. */
public class AblateCommandIT {
    private static final String POLICIES = "{sure: {threshold: {probability: 0.99}}}";
    private static final int STEPS = 3;

    private Scratch scratch;

    @BeforeClass
    public void write() throws IOException, InterruptedException {
        scratch = Scratch.create();
        Rooms.write(scratch.path());
    }

    @AfterClass
    public void remove() throws IOException {
        scratch.close();
    }

    private CommandLineRun ablate(Path configuration, String... more) {
        List<Object> words = new ArrayList<>(List.of("ablate", "--config", configuration));
        words.addAll(List.of(more));
        CommandLineRun run = CommandLineRun.done(words.toArray());
        return run;
    }

    private List<String> students(String out) throws IOException {
        try (Stream<Path> folders = Files.list(scratch.resolve(out).resolve("work/students"))) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private String read(String name) throws IOException {
        return Files.readString(scratch.resolve(name));
    }

    @Test
    public void boundsAreAlwaysThereAndNothingIsDoneTwice() throws IOException {
        Path configuration = Rooms.ablation(scratch.path(), "one", "{}", 1);
        CommandLineRun first = ablate(configuration);
        List<String> names = first.out()
                .lines()
                .filter(line -> line.matches("\\|[^|]+\\| +(any|valid|kept) \\|.*"))
                .toList();
        assertEquals(names.size(), 5, first.out());
        for (String bound : List.of("real only", "none", "oracle filter", "true labels")) {
            assertTrue(names.stream().anyMatch(line -> line.startsWith("| " + bound)), bound);
        }
        List<String> before = students("one");
        assertEquals(before.size(), 5);
        CommandLineRun again = ablate(configuration);
        assertEquals(again.out(), first.out());
        assertTrue(again.err().contains("labels: scored before"), again.err());
        assertTrue(again.err().contains("5 of 5 trained before"), again.err());
        CommandLineRun more = ablate(configuration, "--set", "policies={sure: {threshold: {probability: 0.99}}}");
        assertTrue(more.err().contains("5 of 7 trained before"), more.err());
        assertTrue(students("one").containsAll(before));
        assertTrue(read("one/report.html").contains("data:image/png;base64,"));
        assertTrue(read("one/report.html").contains("href=\"frames/index.html\""));
        String frames = read("one/frames/index.html");
        assertTrue(frames.contains("<figcaption>truth") && frames.contains("<figcaption>sure"), frames);
        assertTrue(frames.contains("sure: "), frames);
        assertTrue(read("one/table.tex").contains("sure"));
        assertEquals(read("one/results.jsonl").lines().count(), 4 + 7);
    }

    @Test
    public void policiesAreNotChosenByFramesThatTellNothing() throws IOException {
        Path configuration = Rooms.ablation(scratch.path(), "select", POLICIES, 1);
        CommandLineRun missing = CommandLineRun.of("ablate", "--config", configuration, "--select");
        assertEquals(missing.exitCode(), 3);
        assertTrue(missing.err().contains("label them too"), missing.err());
        Rooms.label(scratch.path(), "all", "whole store");
        CommandLineRun oneScene = CommandLineRun.of(
                "ablate",
                "--config",
                configuration,
                "--select",
                "--set",
                "pseudo.store='" + scratch.resolve("whole store") + "'");
        assertEquals(oneScene.exitCode(), 2);
        assertTrue(oneScene.err().contains("of one scene"), oneScene.err());
        assertFalse(Files.exists(scratch.resolve("select/work")), "something was trained");
    }

    @Test
    public void whatIsKilledGoesOnAndEndsAsIfNothingHadBeen() throws Exception {
        Path whole = Rooms.ablation(scratch.path(), "whole", POLICIES, STEPS);
        Path killed = Rooms.ablation(scratch.path(), "killed", POLICIES, STEPS);
        Process process = start(killed);
        Path students = scratch.resolve("killed/work/students");
        // Killed in the middle of the second student: one is done, and another has begun to keep checkpoints
        while (process.isAlive()
                && !(count(students, "done.json") == 1 && count(students, "attempt-0/metrics.jsonl") == 1)) {
            Thread.sleep(5);
        }
        assertTrue(process.isAlive(), "the ablation ended before it could be killed");
        process.destroyForcibly();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertFalse(Files.exists(scratch.resolve("killed/results.jsonl")));
        CommandLineRun resumed = ablate(killed);
        assertTrue(resumed.err().contains("labels: scored before"), resumed.err());
        assertTrue(resumed.err().contains(" trained before"), resumed.err());
        ablate(whole);
        assertEquals(read("killed/results.jsonl"), read("whole/results.jsonl"));
        assertEquals(read("killed/table.md"), read("whole/table.md"));
    }

    private static long count(Path folder, String name) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> work = Files.list(folder)) {
            return work.filter(student -> Files.exists(student.resolve(name))).count();
        }
    }

    private static Process start(Path configuration) throws IOException {
        List<String> options = new ArrayList<>(ChildJvm.LEARNING);
        options.addAll(List.of("-Xmx1g", "-Dai.djl.offline=true"));
        List<String> words = ChildJvm.command(options, Understudy.class);
        words.addAll(List.of("ablate", "--config", configuration.toString()));
        return new ProcessBuilder(words)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Stages before the first that wants pseudo-labels are trained once, and nobody can see it in the weights. */
    @Test
    public void whatStudentsHaveInCommonIsTrainedOnce() throws IOException {
        Path configuration = Rooms.ablation(scratch.path(), "begun", POLICIES, 2);
        Path twoStages = Files.writeString(
                scratch.resolve("two.yaml"),
                Files.readString(configuration)
                        .replace(
                                "  stages:\n",
                                "  stages:\n    - {name: first, steps: 2, batch: 2, crop: {width: 64, height: 48}, sources: {real: 1}}\n"));
        ablate(twoStages, "--set", "normalisations=[kept]");
        assertEquals(count(scratch.resolve("begun/work/beginnings"), "done.json"), 1);
        List<String> students = students("begun");
        assertEquals(students.size(), 5);
        for (String student : students) {
            Path kept = scratch.resolve("begun/work/students").resolve(student).resolve("student");
            Path alone = scratch.resolve("alone-" + student);
            CommandLineRun.done("train", "--config", kept.resolve("train.yaml"), "--set", "out='" + alone + "'");
            assertEquals(
                    Files.mismatch(kept.resolve("last.pth"), alone.resolve("last.pth")), -1, kept + " and " + alone);
        }
        CommandLineRun more = ablate(twoStages, "--set", "normalisations=[kept]", "--set", "policies={}");
        assertTrue(more.err().contains("4 of 4 trained before"), more.err());
    }

    @Test
    public void mistakesAreToldAtOnceAndByName() throws IOException {
        Path configuration = Rooms.ablation(scratch.path(), "wrong", "{oracle filter: none, none: {margin: {}}}", 1);
        CommandLineRun run = CommandLineRun.of(
                "ablate", "--config", configuration, "--set", "students=[sur]", "--set", "seeds=[1, 1]");
        assertEquals(run.exitCode(), 2);
        assertTrue(run.err().contains("'policies.oracle filter' is a name that is taken"), run.err());
        assertTrue(run.err().contains("must be the policy none"), run.err());
        assertTrue(run.err().contains("found 'sur'"), run.err());
        assertTrue(run.err().contains("'seeds' must not repeat"), run.err());
    }

    @Test
    public void labelsAloneAreScoredWithoutAWordOfStudents() throws IOException {
        Path configuration = scratch.resolve("labels.yaml");
        Files.writeString(configuration, """
                out: labels
                pseudo: {manifest: rooms/manifest.jsonl, split: train, take: depth-only, store: store}
                truth: rooms/truth.jsonl
                policies: {sure: {threshold: {probability: 0.6}}}
                students: []
                """);
        ablate(configuration);
        assertTrue(read("labels/table.md").contains("| sure  "), read("labels/table.md"));
        CommandLineRun chosen = CommandLineRun.of("ablate", "--select", "--config", configuration);
        assertEquals(chosen.exitCode(), 2);
        assertTrue(chosen.err().contains("'real' must be given: policies are chosen by the frames"), chosen.err());
    }
}
