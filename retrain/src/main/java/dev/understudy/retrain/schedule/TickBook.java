package dev.understudy.retrain.schedule;

import dev.understudy.files.sealed.FolderLock;
import dev.understudy.files.sealed.SealedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Until when ticks have been dealt with, in a file that several schedulers share. */
final class TickBook {
    private static final SealedJson<Dealt> FORMAT = new SealedJson<>("understudy-schedule", 1, Dealt.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int COUNTED_AT_MOST = 1000;

    /**
     * How far the clocks of machines that share the file may be apart. What was dealt with later than this from now was
     * dealt with by a clock that was wrong, since nobody deals with ticks that have not come.
     */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

    private final Path file;

    TickBook(Path file) {
        this.file = file;
    }

    /** @param until all ticks up to here, inclusive */
    record Dealt(Instant until) {}

    /**
     * Takes all ticks up to {@code now} that nobody has taken. The first call ever takes none: a new schedule starts with
     * its next tick. So does one whose clock was ahead and has been put right, whether by hours or by years.
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
