package dev.understudy.cli;

import static org.testng.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testng.annotations.Test;

/** Holds rules of the source that neither the compiler nor the formatter holds. */
public class SourceRulesTest {
    private static final int LONGEST_LINE = 120;
    private static final Pattern COMMENT = Pattern.compile("\\s*(/?\\*|//).*");
    /** A folder of one's own to make it in is given first. */
    private static final Pattern TEMPORARY =
            Pattern.compile(".*\\b(Files\\.createTemp(Directory|File)\\((?!folder,)|File\\.createTempFile\\().*");

    /** A link to a type by its whole name, which may begin on the next line; nested types are not looked for. */
    private static final Pattern LINK =
            Pattern.compile("\\{@link\\s+(?:\\*\\s+)?(dev\\.understudy\\.(?:[a-z]\\w*\\.)*[A-Z]\\w*)");

    private static final Pattern JAVA = Pattern.compile(".*\\bPath\\.of\\(System\\.getProperty\\(\"java\\.home\".*");

    @Test
    public void testsWriteIntoScratchAlone() throws IOException {
        assertNone(breaking(
                "src/test/java",
                file -> !file.endsWith(Path.of("files/Scratch.java")),
                line -> TEMPORARY.matcher(line).matches()));
    }

    /** A process that is killed leaves what it has in its temporary folder. */
    @Test
    public void testsStartJavaWithATemporaryFolder() throws IOException {
        // The S3 server is a program of its own, and has one too.
        assertNone(breaking(
                "src/test/java",
                file -> !file.endsWith(Path.of("files/ChildJvm.java"))
                        && !file.endsWith(Path.of("pipeline/spark/S3Server.java")),
                line -> JAVA.matcher(line).matches()));
    }

    @Test
    public void commentsEndAtTheLimit() throws IOException {
        for (String place : List.of("src/main/java", "src/test/java")) {
            assertNone(breaking(
                    place,
                    file -> true,
                    line -> line.codePointCount(0, line.length()) > LONGEST_LINE
                            && COMMENT.matcher(line).matches()));
        }
    }

    /** Nothing compiles a link, so a type that moved leaves its old name behind. */
    @Test
    public void linksNameTypesThatAreThere() throws IOException {
        List<Path> sources = new ArrayList<>(sources("src/main/java"));
        sources.addAll(sources("src/test/java"));
        Set<String> types = sources.stream()
                .map(source ->
                        source.toString().replace(File.separatorChar, '.').replaceAll("^.*\\.java\\.dev\\.", "dev."))
                .map(name -> name.substring(0, name.length() - ".java".length()))
                .collect(Collectors.toSet());
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            Matcher link = LINK.matcher(Files.readString(source));
            while (link.find()) {
                if (!types.contains(link.group(1))) {
                    found.add(source + ": no type " + link.group(1));
                }
            }
        }
        assertNone(found);
    }

    private static void assertNone(List<String> found) {
        assertTrue(found.isEmpty(), String.join("\n", found));
    }

    private static List<String> breaking(String place, Predicate<Path> asked, Predicate<String> broken)
            throws IOException {
        List<Path> sources = sources(place);
        assertTrue(sources.size() > 200, "found " + sources.size() + " sources; is this the project's root?");
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            List<String> lines = asked.test(source) ? Files.readAllLines(source) : List.of();
            for (int i = 0; i < lines.size(); i++) {
                if (broken.test(lines.get(i))) {
                    found.add(source + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        return found;
    }

    /** @param place of sources in each module, {@code src/main/java} */
    static List<Path> sources(String place) throws IOException {
        Path root = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();
        try (Stream<Path> modules = Files.list(root)) {
            List<Path> found = new ArrayList<>();
            for (Path module : modules.map(each -> each.resolve(place)).sorted().toList()) {
                if (Files.isDirectory(module)) {
                    try (Stream<Path> walk = Files.walk(module)) {
                        walk.filter(file -> file.toString().endsWith(".java"))
                                .sorted()
                                .forEach(found::add);
                    }
                }
            }
            return found;
        }
    }
}
