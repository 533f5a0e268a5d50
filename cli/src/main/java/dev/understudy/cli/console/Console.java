package dev.understudy.cli.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.understudy.files.FiniteNumbers;
import dev.understudy.pipeline.progress.Progress;
import dev.understudy.pipeline.progress.RunObserver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

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
}
