package dev.understudy.pipeline.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.understudy.pipeline.progress.Progress;
import dev.understudy.pipeline.progress.RunObserver;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;

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

    /** Prints a result for machines: one JSON document, indented, records as objects. */
    public void printJson(Object result) {
        // Left to itself Jackson writes paths as file: URIs.
        SimpleModule plainPaths = new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance);
        ObjectMapper mapper =
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).registerModule(plainPaths);
        try {
            print(mapper.writeValueAsString(result));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
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
}
