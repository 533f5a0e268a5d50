package dev.understudy.cli;

import static org.testng.Assert.assertEquals;

import dev.understudy.cli.console.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One command, run in this JVM as a user would run it, and what came of it. */
public record CommandLineRun(int exitCode, String out, String err) {
    public static CommandLineRun of(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int exitCode = Understudy.run(new PrintWriter(out), new PrintWriter(err), words);
        return new CommandLineRun(exitCode, out.toString(), err.toString());
    }

    /** A command that has to do what it is told. */
    public static CommandLineRun done(Object... arguments) {
        CommandLineRun run = of(arguments);
        assertEquals(run.exitCode, ExitCode.DONE, run.err);
        return run;
    }

    /**
     * Renders frames to work with.
     *
     * @param scene {@code rooms} or {@code streets}
     * @param size {@code WIDTHxHEIGHT}
     */
    public static void render(String scene, String size, int labelled, int depthOnly, Path out) {
        done(
                "dataset",
                "render",
                "--scene",
                scene,
                "--size",
                size,
                "--labelled",
                labelled,
                "--depth-only",
                depthOnly,
                "--out",
                out);
    }

    /**
     * Labels frames in this JVM.
     *
     * @param student that is the expert
     * @param more options
     */
    public static void label(Path student, String classes, Path manifest, Path store, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("label", "--expert", "mt-lw-refinenet", "--master", "local[1]"));
        arguments.addAll(List.of("--checkpoint", student, "--classes", classes));
        arguments.addAll(List.of("--manifest", manifest, "--store", store));
        arguments.addAll(List.of(more));
        done(arguments.toArray());
    }
}
