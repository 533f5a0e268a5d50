package dev.understudy.cli.console;

import dev.understudy.pipeline.progress.Progress;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line every ten seconds, for log files; nothing at all if the work is done sooner. */
final class LineProgress implements Progress {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

    private final Console console;
    private final String task;
    private final long total;
    private final LongSupplier nanos;
    private final long started;
    private long shown;
    private long done;
    private String note = "";

    LineProgress(Console console, String task, long total) {
        this(console, task, total, System::nanoTime);
    }

    /** @param nanos a clock that only runs forward */
    LineProgress(Console console, String task, long total, LongSupplier nanos) {
        this.console = console;
        this.task = task;
        this.total = total;
        this.nanos = nanos;
        started = nanos.getAsLong();
        shown = started;
    }

    @Override
    public synchronized void step(long steps) {
        done += steps;
        long now = nanos.getAsLong();
        if (now - shown >= INTERVAL_NANOS) {
            shown = now;
            console.tell(line(now));
        }
    }

    @Override
    public synchronized void note(String words) {
        note = words;
    }

    @Override
    public synchronized void close() {
        if (shown != started) {
            console.tell(line(nanos.getAsLong()));
        }
    }

    private String line(long now) {
        double rate = done / Math.max(1e-9, (now - started) * 1e-9);
        StringBuilder line = new StringBuilder(task).append(": ").append(done);
        if (total > 0) {
            line.append(" of ").append(total);
        }
        line.append(String.format(Locale.ROOT, ", %.1f/s", rate));
        if (total > done && done > 0) {
            line.append(", ").append(clock(Math.round((total - done) / rate))).append(" left");
        }
        if (!note.isEmpty()) {
            line.append(", ").append(note);
        }
        return line.toString();
    }

    private static String clock(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
