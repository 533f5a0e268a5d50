package dev.understudy.files;

import static org.testng.Assert.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testng.SkipException;

/** Another implementation of what we read and write: the Python that {@code UNDERSTUDY_PYTHON} names. */
public final class PythonRun {
    private static final long LONGEST_SECONDS = 180;

    private final String python;

    private PythonRun(String python) {
        this.python = python;
    }

    /**
     * @param modules as an import statement names them
     * @throws SkipException if there is no Python, or it lacks one of them
     */
    public static PythonRun with(String modules) throws Exception {
        String python = System.getenv("UNDERSTUDY_PYTHON");
        if (python == null || exitCode(List.of(python, "-c", "import " + modules), null) != 0) {
            throw new SkipException("UNDERSTUDY_PYTHON names no Python with " + modules);
        }
        return new PythonRun(python);
    }

    /**
     * Runs a script that must not fail.
     *
     * @param script a resource
     * @param log where its output goes
     */
    public void script(String script, Path log, Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                python,
                Path.of(Objects.requireNonNull(PythonRun.class.getResource(script))
                                .toURI())
                        .toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        assertEquals(exitCode(command, log), 0, Files.readString(log));
    }

    /** −1 if it did not end in time. */
    private static int exitCode(List<String> command, @Nullable Path log) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        log == null ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.to(log.toFile()))
                .start();
        boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        return ended ? process.exitValue() : -1;
    }
}
