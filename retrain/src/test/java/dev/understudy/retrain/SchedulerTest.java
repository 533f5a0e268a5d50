package dev.understudy.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.Scheduler.CronSchedule;
import dev.understudy.retrain.Scheduler.TickBook;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SchedulerTest {
    private final CronSchedule atTwo = new CronSchedule("0 2 * * *", ZoneOffset.UTC);
    private Path book;
    private Time time;
    private List<String> told;

    @BeforeMethod
    public void begin() throws IOException {
        book = Scratch.folder("schedule").resolve("schedule.json");
        time = new Time("2026-03-01T12:00:00Z");
        told = new ArrayList<>();
    }

    @Test(timeOut = 60_000)
    public void readsFiveFields() {
        assertEquals(next(atTwo, "2026-03-01T02:00:00Z"), "2026-03-02T02:00:00Z");
        assertEquals(next(atTwo, "2026-03-01T01:59:59.999Z"), "2026-03-01T02:00:00Z");
        assertEquals(
                next(new CronSchedule("*/15 8-18 * * 1-5", ZoneOffset.UTC), "2026-02-27T18:45:00Z"),
                "2026-03-02T08:00:00Z");
        assertEquals(
                next(new CronSchedule("0 0 29 2 *", ZoneOffset.UTC), "2026-03-01T00:00:00Z"), "2028-02-29T00:00:00Z");
    }

    @Test(timeOut = 60_000)
    public void anHourThatSummerTimeSkipsOrRepeatsIsOneTick() {
        CronSchedule halfPastTwo = new CronSchedule("30 2 * * *", ZoneId.of("Europe/Berlin"));
        assertEquals(count(halfPastTwo, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"), 1);
        assertEquals(next(halfPastTwo, "2026-03-28T12:00:00Z"), "2026-03-29T01:30:00Z");
        assertEquals(count(halfPastTwo, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"), 1);
        assertEquals(next(halfPastTwo, "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
        assertEquals(next(halfPastTwo, "2026-10-25T01:10:00Z"), "2026-10-26T01:30:00Z");
    }

    @DataProvider
    public Object[][] nonsense() {
        return new Object[][] {
            {""}, {"daily"}, {"0 2 * *"}, {"61 2 * * *"}, {"0 2 * * * *"}, {"0 0 31 2 *"}, {"x".repeat(9999)}
        };
    }

    @Test(dataProvider = "nonsense")
    public void refusesWhatIsNoSchedule(String expression) {
        ConfigurationException told =
                expectThrows(ConfigurationException.class, () -> new CronSchedule(expression, ZoneOffset.UTC));
        assertTrue(told.getMessage().contains("expected"), told.getMessage());
    }

    @Test(timeOut = 60_000)
    public void runsAtEveryTickAndNotBeforeTheFirst() {
        assertEquals(
                runsUntil("2026-03-04T12:00:00Z", Duration.ofMinutes(5)), List.of("02T02:00", "03T02:00", "04T02:00"));
        assertEquals(
                told,
                List.of(
                        "next cycle at 2026-03-02T02:00:00Z",
                        "next cycle at 2026-03-03T02:00:00Z",
                        "next cycle at 2026-03-04T02:00:00Z",
                        "next cycle at 2026-03-05T02:00:00Z"));
    }

    @Test(timeOut = 60_000)
    public void ticksMissedDuringALongRunBecomeOne() {
        assertEquals(
                runsUntil("2026-03-07T12:00:00Z", Duration.ofHours(60)), List.of("02T02:00", "04T14:00", "07T02:00"));
        assertTrue(told.contains("2 ticks have passed since the last run; they become one"), told.toString());
    }

    @Test(timeOut = 60_000)
    public void ticksMissedWhileNobodyWasThereBecomeOne() {
        runsUntil("2026-03-02T12:00:00Z", Duration.ZERO);
        time.now = Instant.parse("2026-03-09T11:00:00Z");
        assertEquals(runsUntil("2026-03-10T12:00:00Z", Duration.ZERO), List.of("09T11:00", "10T02:00"));
    }

    @Test(timeOut = 60_000)
    public void ofTwoSchedulersOneTakesTheTick() throws IOException {
        TickBook one = new TickBook(book);
        TickBook other = new TickBook(book);
        Instant tick = Instant.parse("2026-03-02T02:00:00Z");
        assertTrue(one.take(atTwo, time.now).isEmpty());
        assertEquals(one.take(atTwo, tick).orElse(0), Integer.valueOf(1));
        assertTrue(other.take(atTwo, tick.plusSeconds(3)).isEmpty());
        assertEquals(other.nextTick(atTwo, tick.plusSeconds(3)), Instant.parse("2026-03-03T02:00:00Z"));
    }

    @DataProvider
    public Object[][] jumps() {
        return new Object[][] {{Duration.ofDays(3650)}, {Duration.ofDays(2)}, {Duration.ofHours(3)}};
    }

    @Test(timeOut = 60_000, dataProvider = "jumps")
    public void aClockThatWasAheadOnceDoesNotHoldUpTheTicksAfterIt(Duration ahead) {
        runsUntil("2026-03-02T12:00:00Z", Duration.ZERO);
        time.now = Instant.parse("2026-03-02T23:30:00Z").plus(ahead);
        runsUntil(time.now.plus(Duration.ofHours(1)).toString(), Duration.ZERO);
        time.now = Instant.parse("2026-03-03T01:00:00Z");
        assertEquals(runsUntil("2026-03-05T12:00:00Z", Duration.ZERO), List.of("03T02:00", "04T02:00", "05T02:00"));
    }

    @Test(timeOut = 60_000)
    public void aClockThatIsSecondsBehindTheOtherMachinesDoesNotRunATickAgain() throws IOException {
        TickBook one = new TickBook(book);
        Instant tick = Instant.parse("2026-03-02T02:00:00Z");
        one.take(atTwo, time.now);
        assertEquals(one.take(atTwo, tick.plusSeconds(1)).orElse(0), Integer.valueOf(1));
        TickBook other = new TickBook(book);
        assertTrue(other.take(atTwo, tick.minusSeconds(20)).isEmpty());
        assertTrue(other.take(atTwo, tick).isEmpty());
        assertTrue(other.take(atTwo, tick.plusSeconds(2)).isEmpty());
    }

    @Test(timeOut = 60_000)
    public void unfinishedWorkDoesNotWaitForATick() {
        List<String> runs = new ArrayList<>();
        assertThrows(
                InterruptedException.class,
                () -> scheduler("2026-03-01T13:00:00Z").run(job(runs, Duration.ZERO, true, Instant.MAX)));
        assertEquals(runs, List.of("01T12:00"));
    }

    @Test(timeOut = 60_000)
    public void aRunThatFailsIsToldAndTheNextTickComes() {
        List<String> runs = new ArrayList<>();
        Scheduler.Job failing = new Scheduler.Job() {
            @Override
            public boolean isUnfinished() {
                return false;
            }

            @Override
            public void run() throws IOException {
                runs.add(time.now.toString());
                throw new IOException("no space left");
            }
        };
        assertThrows(
                InterruptedException.class,
                () -> scheduler("2026-03-03T12:00:00Z").run(failing));
        assertEquals(runs.size(), 2);
        assertTrue(told.contains("the cycle failed and is tried again at the next tick: no space left"));
    }

    private List<String> runsUntil(String end, Duration each) {
        List<String> runs = new ArrayList<>();
        assertThrows(InterruptedException.class, () -> scheduler(end).run(job(runs, each, false, Instant.parse(end))));
        return runs;
    }

    private Scheduler scheduler(String end) {
        Instant last = Instant.parse(end);
        return new Scheduler(
                atTwo,
                book,
                time,
                nap -> {
                    time.now = time.now.plus(nap);
                    if (time.now.isAfter(last)) {
                        throw new InterruptedException("the test ends");
                    }
                },
                told::add);
    }

    private Scheduler.Job job(List<String> runs, Duration each, boolean unfinished, Instant last) {
        return new Scheduler.Job() {
            @Override
            public boolean isUnfinished() {
                return unfinished;
            }

            @Override
            public void run() throws InterruptedException {
                runs.add(time.now.toString().substring(8, 16));
                time.now = time.now.plus(each);
                if (time.now.isAfter(last)) {
                    throw new InterruptedException("the test ends");
                }
            }
        };
    }

    private static String next(CronSchedule schedule, String after) {
        return schedule.next(Instant.parse(after)).orElseThrow().toString();
    }

    private static int count(CronSchedule schedule, String after, String until) {
        int ticks = 0;
        Instant tick = schedule.next(Instant.parse(after)).orElseThrow();
        while (!tick.isAfter(Instant.parse(until))) {
            ticks++;
            tick = schedule.next(tick).orElseThrow();
        }
        return ticks;
    }

    private static final class Time extends Clock {
        private Instant now;

        Time(String now) {
            this.now = Instant.parse(now);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
