package dev.understudy.cli.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.understudy.files.StrictJson.FiniteNumbers;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.RunObserver.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Where a command's output goes: results to {@code out}, progress and complaints to {@code err}.
 *
 * @param terminal whether {@code err} is a terminal, which gets a progress bar instead of a line now and then
 */
public record Console(PrintWriter out, PrintWriter err, boolean terminal, boolean verbose) implements RunObserver {
    /** Set by the launcher, because Java 17 cannot tell whether stderr alone is a terminal. */
    private static final String TERMINAL = "understudy.terminal";

    static Console of(PrintWriter out, PrintWriter err, boolean verbose) {
        return new Console(out, err, Boolean.getBoolean(TERMINAL), verbose);
    }

    /** Prints a line of the result. */
    public void print(String line) {
        out.println(line);
        out.flush();
    }

    /** Prints a result for machines: one JSON document, indented, records as objects; null for what is not finite. */
    public void printJson(Object result) {
        // Left to itself Jackson writes paths as file: URIs.
        SimpleModule plainPaths = new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance);
        ObjectMapper mapper = new ObjectMapper().registerModule(plainPaths);
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new FiniteNumbers(mapper.createGenerator(text).useDefaultPrettyPrinter())) {
            mapper.writeValue(json, result);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        print(text.toString());
    }

    @Override
    public void tell(String line) {
        err.println(line);
        err.flush();
    }

    @Override
    public Progress progress(String task, long total) {
        return terminal ? new BarProgress(this, task, total) : new LineProgress(this, task, total);
    }

    /** A bar that redraws its line, for terminals. */
    static final class BarProgress implements Progress {
        private static final int WIDTH = 100;

        private final ProgressBar bar;

        BarProgress(Console console, String task, long total) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total > 0 ? total : -1)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(250)
                    .setMaxRenderedLength(WIDTH)
                    .setConsumer(inPlace(console))
                    .showSpeed()
                    .build();
        }

        private static ProgressBarConsumer inPlace(Console console) {
            return new DelegatingProgressBarConsumer(
                    line -> {
                        console.err().print('\r' + line);
                        console.err().flush();
                    },
                    WIDTH) {
                @Override
                public void close() {
                    console.err().println();
                    console.err().flush();
                }
            };
        }

        @Override
        public void step(long steps) {
            bar.stepBy(steps);
        }

        @Override
        public void note(String words) {
            bar.setExtraMessage(words);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** One line every ten seconds, for log files; nothing at all if the work is done sooner. */
    static final class LineProgress implements Progress {
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
                line.append(", ")
                        .append(clock(Math.round((total - done) / rate)))
                        .append(" left");
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

    /** Progress of work that says how much is done in all, and how much there is only once it has begun. */
    public static final class CountedProgress implements AutoCloseable {
        private final Console console;
        private final String task;
        private @Nullable Progress shown;
        private int before;

        public CountedProgress(Console console, String task) {
            this.console = console;
            this.task = task;
        }

        public void at(int done, int total) {
            Progress progress = shown;
            if (progress == null) {
                progress = console.progress(task, total);
                shown = progress;
            }
            progress.step(done - before);
            before = done;
        }

        @Override
        public void close() {
            if (shown != null) {
                shown.close();
            }
        }
    }
}
