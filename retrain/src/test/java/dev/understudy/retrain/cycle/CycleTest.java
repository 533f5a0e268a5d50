package dev.understudy.retrain.cycle;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.DataException;
import dev.understudy.files.FolderLock;
import dev.understudy.files.FolderLock.LockedException;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CycleTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T02:00:00Z"), ZoneOffset.UTC);

    private Path folder;

    @BeforeMethod
    public void begin() throws IOException {
        folder = Scratch.folder("cycle");
        Files.writeString(folder.resolve("numbers"), "1\n2\n");
    }

    @Test
    public void runsItsStepsAndRecordsThem() throws Exception {
        NumberedSteps steps = steps();
        CycleRecord record = steps.cycle(CLOCK).run(false);
        assertEquals(record.outcome(), Outcome.PROMOTED);
        assertEquals(record.reason(), "sum 6");
        assertEquals(record.id(), "20260301T020000Z");
        assertEquals(states(record), List.of("intake DONE", "twice DONE", "sum DONE"));
        assertEquals(steps.trace(), List.of("intake 2", "twice 1", "twice 2", "sum 6"));
        assertEquals(steps.cycle(CLOCK).book().latest().orElseThrow(), record);
        assertFalse(steps.cycle(CLOCK).isUnfinished());
    }

    @Test
    public void aCycleThatSomebodyIsAtWorkOnWasNotLeftUnfinished() throws Exception {
        List<Boolean> unfinished = new ArrayList<>();
        new NumberedSteps(folder, point -> unfinished.add(steps().cycle(CLOCK).isUnfinished()))
                .cycle(CLOCK)
                .run(false);
        assertEquals(unfinished, Collections.nCopies(NumberedSteps.POINTS.size(), false));
    }

    @Test
    public void nothingNewEndsAtOnce() throws Exception {
        steps().cycle(CLOCK).run(false);
        CycleRecord record = steps().cycle(CLOCK).run(false);
        assertEquals(record.outcome(), Outcome.NOTHING_NEW);
        assertEquals(record.id(), "20260301T020000Z-2");
        assertEquals(states(record), List.of("intake DONE"));
    }

    @Test
    public void whatHasBeenDoneWithTheSameInputsIsSkippedInLaterCycles() throws Exception {
        steps().cycle(CLOCK).run(false);
        Files.delete(folder.resolve("seen"));
        Files.writeString(folder.resolve("offset"), "10");
        CycleRecord record = steps().cycle(CLOCK).run(false);
        assertEquals(states(record), List.of("intake DONE", "twice SKIPPED", "sum DONE"));
        assertEquals(record.reason(), "sum 16");
    }

    @DataProvider
    public Object[][] points() {
        return NumberedSteps.POINTS.stream().map(p -> new Object[] {p}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "points")
    public void killedAnywhereItGoesOnWhereItWasWithTheFramesItBeganWith(String point) throws Exception {
        assertThrows(Error.class, () -> dyingAt(point).cycle(CLOCK).run(false));
        assertTrue(steps().cycle(CLOCK).isUnfinished());
        if (!point.equals("intake")) {
            Files.writeString(folder.resolve("numbers"), "1\n2\n3\n");
        }
        CycleRecord record = steps().cycle(CLOCK).run(false);
        assertEquals(record.reason(), "sum 6");
        assertEquals(record.id(), "20260301T020000Z");
        assertEquals(record.runs(), 2);
        // The line at whose end it died is in the trace once, or twice where nothing could have kept its result.
        List<String> trace = steps().trace();
        assertEquals(trace.stream().filter(l -> l.startsWith("twice")).toList(), List.of("twice 1", "twice 2"));
        if (!point.equals("intake")) {
            assertEquals(trace.stream().filter(l -> l.startsWith("intake")).count(), 1);
            assertEquals(steps().cycle(CLOCK).run(false).reason(), "sum 12", "what came during the cycle");
        }
    }

    @Test
    public void aFailedCycleIsTriedAgainUnlessAFreshOneIsAskedFor() throws Exception {
        NumberedSteps failing = new NumberedSteps(folder, point -> {
            if (point.equals("doubled")) {
                throw new IOException("no space left");
            }
        });
        assertThrows(IOException.class, () -> failing.cycle(CLOCK).run(false));
        CycleRecord failed = steps().cycle(CLOCK).book().latest().orElseThrow();
        assertEquals(failed.outcome(), Outcome.FAILED);
        assertEquals(failed.reason(), "twice: no space left");
        assertEquals(states(failed), List.of("intake DONE", "twice FAILED"));

        CycleRecord fresh = steps().cycle(CLOCK).run(true);
        assertEquals(fresh.id(), "20260301T020000Z-2");
        assertEquals(fresh.outcome(), Outcome.PROMOTED);
        assertEquals(steps().trace(), List.of("intake 2", "twice 1", "twice 2", "intake 2", "sum 6"));
    }

    @Test
    public void aSecondCycleIsRefusedWhileOneRuns() throws Exception {
        try (FolderLock lock = FolderLock.acquire(folder.resolve("state/.lock"), Duration.ZERO, "a test")) {
            assertThrows(LockedException.class, () -> steps().cycle(CLOCK).run(false));
        }
        assertEquals(steps().trace(), List.of());
    }

    @Test
    public void aDamagedMarkIsDoneAgain() throws Exception {
        steps().cycle(CLOCK).run(false);
        Files.delete(folder.resolve("seen"));
        try (Stream<Path> marks = Files.walk(folder.resolve("state/work/sum"))) {
            for (Path mark : marks.filter(p -> p.endsWith("done.json")).toList()) {
                Files.writeString(mark, Files.readString(mark).replace("sum 6", "sum 9"));
            }
        }
        assertEquals(steps().cycle(CLOCK).run(false).reason(), "sum 6");
    }

    @Test
    public void whatAStepMadeAndSomebodyRemovedIsMadeAgain() throws Exception {
        String made = steps().cycle(CLOCK)
                .run(false)
                .step("twice")
                .orElseThrow()
                .outputs()
                .get("file");
        Files.delete(folder.resolve("seen"));
        assertEquals(states(steps().cycle(CLOCK).run(false)), List.of("intake DONE", "twice SKIPPED", "sum SKIPPED"));
        Files.delete(Path.of(made));
        CycleRecord record = steps().cycle(CLOCK).run(false);
        assertEquals(states(record), List.of("intake DONE", "twice DONE", "sum SKIPPED"));
        assertEquals(record.reason(), "sum 6");
    }

    @Test
    public void pruningLeavesTheNewestWorkAndAllRecords() throws Exception {
        steps().cycle(CLOCK).run(false);
        Files.writeString(folder.resolve("numbers"), "1\n2\n3\n");
        steps().cycle(CLOCK).run(false);
        assertEquals(steps().cycle(CLOCK).run(false).outcome(), Outcome.NOTHING_NEW);
        steps().cycle(CLOCK).prune(1, Duration.ZERO);
        assertEquals(marks("twice"), 1);
        assertEquals(marks("sum"), 1);
        assertEquals(steps().cycle(CLOCK).book().all().size(), 3);
        Files.delete(folder.resolve("seen"));
        assertEquals(states(steps().cycle(CLOCK).run(false)), List.of("intake DONE", "twice SKIPPED", "sum SKIPPED"));
    }

    @Test(timeOut = 60_000)
    public void pruningWaitsForItsLock() throws Exception {
        steps().cycle(CLOCK).run(false);
        Files.writeString(folder.resolve("numbers"), "1\n2\n3\n");
        steps().cycle(CLOCK).run(false);
        ExecutorService other = Executors.newSingleThreadExecutor();
        Future<?> pruned;
        try (FolderLock lock = FolderLock.acquire(folder.resolve("state/.lock"), Duration.ZERO, "a test")) {
            assertThrows(LockedException.class, () -> steps().cycle(CLOCK).prune(1, Duration.ZERO));
            pruned = other.submit(() -> {
                steps().cycle(CLOCK).prune(1, Duration.ofMinutes(1));
                return null;
            });
            Thread.sleep(100);
            assertEquals(marks("twice"), 2);
        }
        pruned.get();
        other.shutdown();
        assertEquals(marks("twice"), 1);
    }

    @Test
    public void theLatestIsTheLastThatWasBegunWhateverTheClockSaid() throws Exception {
        Clock ahead = Clock.offset(CLOCK, Duration.ofDays(3650));
        assertEquals(steps().cycle(ahead).run(false).id(), "20360227T020000Z");
        Files.writeString(folder.resolve("numbers"), "1\n2\n3\n");
        assertThrows(Error.class, () -> dyingAt("doubled").cycle(CLOCK).run(false));
        assertTrue(steps().cycle(CLOCK).isUnfinished());
        CycleRecord record = steps().cycle(CLOCK).run(false);
        assertEquals(record.runs(), 2);
        assertEquals(record.startedAt(), CLOCK.instant());
        assertEquals(record.id(), "20360227T020000Z-2");
        assertEquals(steps().cycle(CLOCK).book().latest().orElseThrow(), record);
    }

    private long marks(String step) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("state/work").resolve(step))) {
            return files.filter(file -> file.endsWith("done.json")).count();
        }
    }

    @Test
    public void aDamagedRecordIsADataException() throws Exception {
        Cycle cycle = steps().cycle(CLOCK);
        cycle.run(false);
        Path file = cycle.book().file("20260301T020000Z");
        for (String bad : List.of("", "{}", "[1]", Files.readString(file).replace("understudy-cycle", "other"))) {
            Files.writeString(file, bad);
            assertThrows(DataException.class, () -> cycle.run(false));
        }
        Files.delete(file);
        assertEquals(new ArrayList<>(cycle.book().all()), List.of());
    }

    private NumberedSteps steps() {
        return new NumberedSteps(folder, point -> {});
    }

    private NumberedSteps dyingAt(String point) {
        return new NumberedSteps(folder, reached -> {
            if (reached.equals(point)) {
                // An error is not caught by anything, as if the process had gone.
                throw new Error("killed at " + point);
            }
        });
    }

    private static List<String> states(CycleRecord record) {
        return record.steps().stream().map(s -> s.name() + " " + s.state()).toList();
    }
}
