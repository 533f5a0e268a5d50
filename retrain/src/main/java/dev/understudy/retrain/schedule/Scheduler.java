package dev.understudy.retrain.schedule;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a job at every tick, one at a time. Ticks that pass while the job runs, or while nobody is there, become one run.
 * Work that was left unfinished is taken up at the start, without waiting for a tick.
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
}
