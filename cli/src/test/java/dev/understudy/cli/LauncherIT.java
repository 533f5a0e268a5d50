package dev.understudy.cli;

import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.testng.Assert;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Runs the real launcher in a folder that only looks like a clone: a Maven of our own there "builds" an echo. */
public class LauncherIT {
    private Path folder;
    private Path home;

    @BeforeMethod
    public void makeClone() throws Exception {
        folder = Scratch.folder("launcher it ");
        home = Files.createDirectories(folder.resolve("a clone"));
        Files.copy(Path.of("..", "understudy"), home.resolve("understudy"));
        executable(home.resolve("understudy"));
        for (String source : List.of("pom.xml", "conf/pom.xml", "conf/src/main/A.java")) {
            Files.createDirectories(home.resolve(source).getParent());
            Files.writeString(home.resolve(source), "");
        }
        Path echo = Files.createDirectories(folder.resolve("echo")).resolve("echo.jar");
        writeEcho(echo);
        Files.writeString(home.resolve("mvnw"), String.format(Locale.ROOT, """
                #!/bin/sh
                echo "$@" >> built
                echo "chatter of the build"
                sleep 0.2
                mkdir -p cli/target
                cp "%1$s" cli/target/understudy-cli.jar
                printf '%%s' "%1$s" > cli/target/classpath
                """, echo));
        executable(home.resolve("mvnw"));
    }

    @AfterMethod
    public void removeClone() throws IOException {
        Scratch.delete(folder);
    }

    @Test
    public void argumentsArriveAsTheyWereGiven() throws Exception {
        List<String> arguments = List.of("a b", "", "*", "$HOME", "it's", "\"x\"", "ünï", "--", "-v");
        Run run = run(folder, home.resolve("understudy").toString(), arguments);
        Assert.assertEquals(run.exitCode, 0, run.err);
        Assert.assertEquals(
                run.out.lines().toList(),
                arguments.stream().map(a -> "[" + a + "]").toList());
        Assert.assertTrue(run.err.contains("chatter of the build"), "only results belong on stdout: " + run.err);
    }

    @Test
    public void worksThroughSymlinksAndFromAnyFolder() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("absolute"), home.resolve("understudy"));
        Files.createSymbolicLink(bin.resolve("relative"), Path.of("..", "a clone", "understudy"));
        Files.createSymbolicLink(bin.resolve("twice"), Path.of("relative"));
        for (String command : List.of(bin.resolve("absolute").toString(), "./relative", "./twice")) {
            Run run = run(bin, command, List.of("x"));
            Assert.assertEquals(run.out, "[x]\n", command + ": " + run.err);
        }
        Assert.assertEquals(builds(), 1);
    }

    @Test
    public void aShellThatSaysWhereItWentIsNotListenedTo() throws Exception {
        ProcessBuilder builder = builder(folder, "a clone/understudy", List.of("x"));
        builder.environment().put("CDPATH", folder.toString());
        Run run = finish(builder.start());
        Assert.assertEquals(run.exitCode, 0, run.err);
        Assert.assertEquals(run.out, "[x]\n", run.err);
    }

    @DataProvider
    public Object[][] locales() {
        return new Object[][] {{Map.of("LC_ALL", "C")}, {Map.of("LANG", "C")}, {Map.of("LC_CTYPE", "POSIX")}, {Map.of()}
        };
    }

    /** The bytes of ü and 厨, whatever this JVM would make of them. */
    @Test(dataProvider = "locales")
    public void namesBeyondAsciiArriveInEveryLocale(Map<String, String> locale) throws Exception {
        String shell = "\"$0\" \"$(printf '\\303\\274 \\345\\216\\250')\"";
        ProcessBuilder builder = new ProcessBuilder(
                "bash", "-c", shell, home.resolve("understudy").toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(locale);
        Run run = finish(builder.start());
        Assert.assertEquals(run.exitCode, 0, run.err);
        if (!run.err.contains("has no UTF-8 locale")) {
            Assert.assertEquals(run.out, "[\u00fc \u53a8]\n", run.err);
        }
    }

    @Test
    public void buildsAgainWhenASourceIsNewer() throws Exception {
        run(home, "./understudy", List.of());
        run(home, "./understudy", List.of());
        Assert.assertEquals(builds(), 1);
        Files.setLastModifiedTime(
                home.resolve("conf/src/main/A.java"),
                java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 5000));
        run(home, "./understudy", List.of());
        Assert.assertEquals(builds(), 2);
    }

    @Test
    public void twoFirstRunsAtOnceBuildOnce() throws Exception {
        Process one = start(home, "./understudy", List.of("1"));
        Process two = start(home, "./understudy", List.of("2"));
        Assert.assertEquals(finish(one).out, "[1]\n");
        Assert.assertEquals(finish(two).out, "[2]\n");
        Assert.assertEquals(builds(), 1);
    }

    @Test
    public void tooOldAJavaIsSaidSo() throws Exception {
        Path jdk = Files.createDirectories(folder.resolve("jdk 11"));
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\nexit 9\n");
        executable(jdk.resolve("bin/java"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.2\"\n");
        ProcessBuilder builder = builder(home, "./understudy", List.of());
        builder.environment().put("JAVA_HOME", jdk.toString());
        Run run = finish(builder.start());
        Assert.assertEquals(run.exitCode, 1);
        Assert.assertTrue(run.err.contains("is version 11.0.2; set JAVA_HOME to a JDK, 17 or newer"), run.err);
    }

    /** A program in Understudy's place that prints its arguments, one a line. */
    private static void writeEcho(Path jar) throws IOException {
        Path source = jar.resolveSibling("Understudy.java");
        Files.writeString(source, """
                package dev.understudy.cli;
                public class Understudy {
                    public static void main(String[] arguments) {
                        java.io.PrintStream out = new java.io.PrintStream(
                                System.out, true, java.nio.charset.StandardCharsets.UTF_8);
                        for (String argument : arguments) {
                            out.print("[" + argument + "]\\n");
                        }
                    }
                }
                """);
        String name = "dev/understudy/cli/Understudy.class";
        Path folder = source.getParent();
        int failed =
                ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString(), "-d", folder.toString());
        Assert.assertEquals(failed, 0);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry(name));
            Files.copy(folder.resolve(name), out);
        }
    }

    private long builds() throws IOException {
        return Files.readAllLines(home.resolve("built")).size();
    }

    private static void executable(Path file) {
        Assert.assertTrue(file.toFile().setExecutable(true));
    }

    private static Run run(Path from, String command, List<String> arguments) throws Exception {
        return finish(start(from, command, arguments));
    }

    private static Process start(Path from, String command, List<String> arguments) throws IOException {
        return builder(from, command, arguments).start();
    }

    private static ProcessBuilder builder(Path from, String command, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(words).directory(from.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    /** What is printed here is short enough for the pipes to hold it. */
    private static Run finish(Process process) throws Exception {
        Assert.assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
        return new Run(
                process.exitValue(),
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
                new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    private record Run(int exitCode, String out, String err) {}
}
