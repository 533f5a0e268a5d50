package dev.understudy.files;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Java process on the class path of the tests, with a {@link Scratch} of its own as its temporary folder. Ended, if
 * it still runs, when closed. Tests start Java by {@link #command} alone, which {@code SourceRulesTest} of {@code cli}
 * holds.
 */
public final class ChildJvm implements AutoCloseable {
    /** Far more than any takes, so that a test fails rather than hangs. */
    private static final long PATIENCE_SECONDS = 120;

    /**
     * Options for children that learn. They hash checkpoints of many megabytes, which the first compiler's code does a
     * tenth as fast as the processor's own instructions, and these only the second compiler knows.
     */
    public static final List<String> LEARNING = List.of(
            "-XX:TieredStopAtLevel=4",
            "-XX:Tier4InvocationThreshold=40000",
            "-XX:Tier4MinInvocationThreshold=10000",
            "-XX:Tier4CompileThreshold=120000",
            "-XX:Tier4BackEdgeThreshold=400000");

    /** GNU env gives the signal its usual meaning back. */
    private static final List<String> HEARING_CTRL_C = List.of("env", "--default-signal=INT");

    private final Process process;
    private final Path output;

    private ChildJvm(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** The command line for {@code main}, to which arguments can be added. */
    public static List<String> command(List<String> options, Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
        // The same classes are verified where the tests run; here that is a sixth of what starting Spark takes.
        command.addAll(List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UnlockDiagnosticVMOptions"));
        command.add("-XX:-BytecodeVerificationRemote");
        command.add("-Djava.awt.headless=true");
        command.add("-Djava.io.tmpdir=" + Scratch.folder("child"));
        command.addAll(locale());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        return command;
    }

    /** The options by which another JVM has the language and country of this one, whatever its environment says. */
    public static List<String> locale() {
        return List.of(
                "-Duser.language=" + System.getProperty("user.language"),
                "-Duser.country=" + System.getProperty("user.country", ""));
    }

    /** As the tests themselves have it. */
    public static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /**
     * The command so that {@link #interrupt} reaches it wherever the tests run: a shell without job control makes what
     * it runs in the background deaf to Ctrl-C, and children inherit that. Unchanged where there is no GNU env.
     */
    public static List<String> hearingCtrlC(List<String> command) throws IOException, InterruptedException {
        List<String> probe = new ArrayList<>(HEARING_CTRL_C);
        probe.add("true");
        if (new ProcessBuilder(probe).start().waitFor() != 0) {
            return command;
        }
        List<String> hearing = new ArrayList<>(HEARING_CTRL_C);
        hearing.addAll(command);
        return hearing;
    }

    /** @param output of both streams, appended */
    public static ChildJvm start(List<String> command, Path output) throws IOException {
        return start(command, Map.of(), output);
    }

    /** @param environment beside that of this process */
    public static ChildJvm start(List<String> command, Map<String, String> environment, Path output)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start(), output);
    }

    public Process process() {
        return process;
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** What Ctrl-C sends. */
    public void interrupt() throws IOException, InterruptedException {
        signal("INT");
    }

    /** @param name as kill has it, without its first three letters */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Waits for its end. @return its exit code */
    public int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("does not end; it said: " + output());
        }
        return process.exitValue();
    }

    /** What it wrote so far. */
    public String output() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            kill();
        }
    }
}
