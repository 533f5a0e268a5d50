package dev.understudy.cli.console;

import dev.understudy.cli.console.Command.GlobalOptions;
import dev.understudy.conf.Checks.InvalidRecordException;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.DataException;
import dev.understudy.pipeline.spark.TaskResults.JobFailedException;
import dev.understudy.trainer.loss.JointLoss.NonFiniteLossException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever went wrong into a line or two for the user and an exit code. Nothing else does. */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final GlobalOptions global;

    public Failures(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        return e instanceof ParameterException p
                ? handleParseException(p, parsed.originalArgs().toArray(new String[0]))
                : report(e, command.getErr());
    }

    /** Wrong options: picocli's message, what was perhaps meant, and where to read on. */
    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("understudy: " + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("See '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        }
        err.flush();
        return ExitCode.USAGE;
    }

    /** Tells the user of anything that a command threw. */
    public int report(Throwable failure, PrintWriter err) {
        if (Interruption.isUnderWay()) {
            return ExitCode.INTERRUPTED;
        }
        Verdict verdict = judge(failure);
        verdict.lines().forEach(line -> err.println("understudy: " + line));
        if (global.verbose()) {
            failure.printStackTrace(err);
        } else if (verdict.unexpected()) {
            err.println("This should not happen. Run it again with -v to see where it comes from.");
        }
        err.flush();
        return verdict.exitCode();
    }

    private static Verdict judge(Throwable failure) {
        // Spark and futures wrap what a task threw, so the cause that means something to the user may lie deep.
        for (Throwable cause : causes(failure)) {
            if (cause instanceof ConfigurationException e) {
                return new Verdict(ExitCode.USAGE, e.problems(), false);
            }
            if (cause instanceof InvalidRecordException e) {
                List<String> lines = e.problems().stream()
                        .map(InvalidRecordException.Problem::toString)
                        .toList();
                return new Verdict(ExitCode.USAGE, lines, false);
            }
            if (cause instanceof NonFiniteLossException e) {
                return new Verdict(ExitCode.USAGE, List.of(String.valueOf(e.getMessage())), false);
            }
            if (cause instanceof DataException e) {
                return new Verdict(ExitCode.BAD_DATA, List.of(String.valueOf(e.getMessage())), false);
            }
            if (cause instanceof FileSystemException e) {
                return judgeFile(e);
            }
            if (cause instanceof InvalidPathException e) {
                return judgeName(e);
            }
            if (cause instanceof OutOfMemoryError e) {
                return new Verdict(
                        ExitCode.INTERNAL_ERROR,
                        List.of("out of memory (" + e.getMessage()
                                + "); give it more with UNDERSTUDY_JAVA_OPTS=-Xmx8g, or less to do at once"),
                        false);
            }
        }
        if (failure instanceof JobFailedException e) {
            return judgeJob(e);
        }
        return failure instanceof IOException e && e.getMessage() != null
                ? new Verdict(ExitCode.INTERNAL_ERROR, List.of(e.getMessage()), false)
                : new Verdict(ExitCode.INTERNAL_ERROR, List.of(failure.toString()), true);
    }

    private static Verdict judgeJob(JobFailedException e) {
        // A disk that is full or gone is bad luck rather than a mistake of ours.
        boolean unexpected = causes(e).stream().noneMatch(IOException.class::isInstance);
        return new Verdict(
                ExitCode.INTERNAL_ERROR,
                List.of(
                        "the job failed: " + e.getMessage(),
                        "what was finished is kept; run the same command again to go on from there"),
                unexpected);
    }

    /** The launcher takes care of the locale; whoever starts the JVM by himself, or Spark, does not. */
    private static Verdict judgeName(InvalidPathException e) {
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        String found = "'" + e.getInput().replaceAll("\\p{Cntrl}", "?") + "': cannot be the name of a file";
        return new Verdict(
                ExitCode.BAD_DATA,
                List.of(
                        names.equals(StandardCharsets.UTF_8)
                                ? found + " (" + e.getReason() + "); correct it"
                                : found + " where the locale's charset is " + names.name()
                                        + "; start with LC_ALL=C.UTF-8, or rename the file"),
                false);
    }

    private static Verdict judgeFile(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return new Verdict(ExitCode.BAD_DATA, List.of(e.getFile() + ": no such file"), false);
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            String text = e.getFile() + ": is a file, expected a folder; name another one";
            return new Verdict(ExitCode.USAGE, List.of(text), false);
        }
        String reason = e instanceof AccessDeniedException ? "permission denied" : e.getReason();
        String text = e.getFile() + ": " + (reason == null ? e.getClass().getSimpleName() : reason);
        return new Verdict(ExitCode.INTERNAL_ERROR, List.of(text), false);
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable t = failure; t != null && !causes.contains(t); t = t.getCause()) {
            causes.add(t);
        }
        return causes;
    }

    private record Verdict(int exitCode, List<String> lines, boolean unexpected) {}

    /**
     * Tells the user when a command is stopped by Ctrl-C or another signal, from {@link #watch} until it is closed. The
     * JVM
     * then stops Spark and others under the feet of the command, whose complaints are of no interest any more.
     */
    public static final class Interruption implements AutoCloseable {
        private final PrintWriter err;
        private volatile boolean over;

        private Interruption(PrintWriter err) {
            this.err = err;
        }

        public static Interruption watch(PrintWriter err) {
            Interruption interruption = new Interruption(err);
            Runtime.getRuntime().addShutdownHook(new Thread(interruption::tell, "interruption"));
            return interruption;
        }

        /** Whether this JVM is on its way out. */
        static boolean isUnderWay() {
            Thread probe = new Thread(() -> {});
            try {
                Runtime.getRuntime().addShutdownHook(probe);
                Runtime.getRuntime().removeShutdownHook(probe);
                return false;
            } catch (IllegalStateException e) {
                return true;
            }
        }

        private void tell() {
            if (!over) {
                err.println();
                err.println("understudy: interrupted; run the same command again to go on");
                err.flush();
            }
        }

        /** The command has come to its own end. */
        @Override
        public void close() {
            // When the signal came first, the message does as well.
            over = !isUnderWay();
        }
    }
}
