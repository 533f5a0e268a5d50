package dev.understudy.retrain;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.FolderLock;
import dev.understudy.files.SealedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a job at every tick, one at a time. Ticks that pass while the job runs, or while nobody is there, become one
 * run. Work that was left unfinished is taken up at the start, without waiting for a tick.
 */
public final class Scheduler {
    /** Never sleeps longer, because a laptop's lid or a corrected clock moves time under a sleeper. */
    private static final Duration NAP = Duration.ofMinutes(1);

    private final CronSchedule schedule;
    private final TickBook book;
    private final Clock clock;
    private final Sleeper sleeper;
    private final Consumer<String> tell;

    /** How time passes; tests have their own. */
    public interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** What is run. Whatever it throws but an interruption is told, and the schedule goes on. */
    public interface Job {
        /** Whether a run was begun and did not come to its end. */
        boolean isUnfinished() throws IOException;

        void run() throws Exception;
    }

    /**
     * @param book file that remembers which ticks have been dealt with; schedulers that share it take turns
     * @param tell gets lines for people
     */
    public Scheduler(CronSchedule schedule, Path book, Clock clock, Sleeper sleeper, Consumer<String> tell) {
        this.schedule = schedule;
        this.book = new TickBook(book);
        this.clock = clock;
        this.sleeper = sleeper;
        this.tell = tell;
    }

    /** Until the thread is interrupted. */
    public void run(Job job) throws InterruptedException, IOException {
        boolean unfinished = job.isUnfinished();
        if (unfinished) {
            tell.accept("going on with what was left unfinished");
        }
        Instant told = Instant.MIN;
        while (!Thread.currentThread().isInterrupted()) {
            Optional<Integer> ticks = book.take(schedule, clock.instant());
            if (ticks.isPresent() && ticks.get() > 1) {
                tell.accept(ticks.get() + " ticks have passed since the last run; they become one");
            }
            if (unfinished || ticks.isPresent()) {
                unfinished = false;
                attempt(job);
            } else {
                told = nap(told);
            }
        }
        throw new InterruptedException("the schedule was interrupted");
    }

    private Instant nap(Instant told) throws InterruptedException, IOException {
        Instant now = clock.instant();
        Instant next = book.nextTick(schedule, now);
        if (!next.equals(told)) {
            tell.accept("next cycle at " + next);
        }
        Duration left = Duration.between(now, next);
        sleeper.sleep(left.isNegative() ? Duration.ZERO : left.compareTo(NAP) < 0 ? left : NAP);
        return next;
    }

    private void attempt(Job job) throws InterruptedException {
        try {
            job.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            tell.accept("the cycle failed and is tried again at the next tick: " + e.getMessage());
        }
    }

    /** Until when ticks have been dealt with, in a file that several schedulers share. */
    static final class TickBook {
        private static final SealedJson<Dealt> FORMAT = new SealedJson<>("understudy-schedule", 1, Dealt.class);
        private static final Duration PATIENCE = Duration.ofSeconds(10);
        private static final int COUNTED_AT_MOST = 1000;

        /**
         * How far the clocks of machines that share the file may be apart. What was dealt with later than this from now
         * was dealt with by a clock that was wrong, since nobody deals with ticks that have not come.
         */
        private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

        private final Path file;

        TickBook(Path file) {
            this.file = file;
        }

        /** @param until all ticks up to here, inclusive */
        record Dealt(Instant until) {}

        /**
         * Takes all ticks up to {@code now} that nobody has taken. The first call ever takes none: a new schedule
         * starts with its next tick. So does one whose clock was ahead and has been put right, whether by hours or by
         * years.
         *
         * @return how many they were; nothing if there are none
         */
        Optional<Integer> take(CronSchedule schedule, Instant now) throws IOException {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                Instant until = FORMAT.read(file).until();
                if (!isFromAClockAhead(until, now) && next(schedule, until).isAfter(now)) {
                    return Optional.empty();
                }
            }
            try (FolderLock lock =
                    FolderLock.acquire(file.resolveSibling(file.getFileName() + ".lock"), PATIENCE, "tick")) {
                if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    FORMAT.write(file, new Dealt(now));
                    return Optional.empty();
                }
                Instant until = FORMAT.read(file).until();
                if (isFromAClockAhead(until, now)) {
                    FORMAT.write(file, new Dealt(now));
                    return Optional.empty();
                }
                int ticks = count(schedule, until, now);
                if (ticks > 0) {
                    FORMAT.write(file, new Dealt(now));
                }
                return ticks > 0 ? Optional.of(ticks) : Optional.empty();
            }
        }

        /** When the next tick comes that nobody has taken. */
        Instant nextTick(CronSchedule schedule, Instant now) throws IOException {
            Instant until = Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    ? FORMAT.read(file).until()
                    : now;
            return next(schedule, isFromAClockAhead(until, now) ? now : until);
        }

        private static Instant next(CronSchedule schedule, Instant after) {
            return schedule.next(after).orElse(Instant.MAX);
        }

        private static boolean isFromAClockAhead(Instant until, Instant now) {
            return until.isAfter(now.plus(CLOCKS_APART));
        }

        private static int count(CronSchedule schedule, Instant after, Instant upTo) {
            int ticks = 0;
            Optional<Instant> tick = schedule.next(after);
            while (tick.isPresent() && !tick.get().isAfter(upTo) && ticks < COUNTED_AT_MOST) {
                ticks++;
                tick = schedule.next(tick.get());
            }
            return ticks;
        }
    }

    /**
     * Five fields as cron reads them, {@code minute hour day month weekday}, in a time zone: {@code 0 2 * * *} is two
     * in the morning, every day. Each local time comes once: where summer time skips it, the tick is as much later;
     * where winter time repeats it, the tick is at the first.
     */
    public static final class CronSchedule {
        private static final int LONGEST = 200;

        private final String expression;
        private final ZoneId zone;
        private final ExecutionTime time;

        /** @throws ConfigurationException if {@code expression} is none, or never comes true */
        public CronSchedule(String expression, ZoneId zone) {
            this.expression = expression;
            this.zone = zone;
            this.time = parse(expression);
            if (next(Instant.EPOCH).isEmpty()) {
                throw new ConfigurationException(
                        "cron '" + expression + "': found a day that never comes, expected one that does");
            }
        }

        private static ExecutionTime parse(String expression) {
            try {
                if (expression.length() > LONGEST) {
                    throw new IllegalArgumentException("more than " + LONGEST + " characters");
                }
                return ExecutionTime.forCron(new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                        .parse(expression)
                        .validate());
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(
                        "cron '" + expression + "': " + e.getMessage()
                                + "; expected five fields, minute hour day month weekday, like '0 2 * * *'",
                        e);
            }
        }

        /** The first tick after {@code instant}. */
        public Optional<Instant> next(Instant instant) {
            Optional<LocalDateTime> tick = nextLocal(LocalDateTime.ofInstant(instant, zone));
            while (tick.isPresent()) {
                // In an hour that is skipped this is as much later; in one that comes twice it is the first time.
                Instant at = tick.get().atZone(zone).toInstant();
                if (at.isAfter(instant)) {
                    return Optional.of(at);
                }
                tick = nextLocal(tick.get());
            }
            return Optional.empty();
        }

        /**
         * On clocks that are never moved, so that the library, which leaves skipped hours out, sees every local time.
         */
        private Optional<LocalDateTime> nextLocal(LocalDateTime after) {
            return time.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
        }

        @Override
        public String toString() {
            return expression + " (" + zone + ")";
        }
    }
}
