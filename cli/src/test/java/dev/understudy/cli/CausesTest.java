package dev.understudy.cli;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testng.annotations.Test;

/**
 * Holds, over the whole source, that an exception thrown because of another has it as its cause: without, the one trace
 * that a failed job leaves ends where the trouble was translated, and not where it was.
 */
public class CausesTest {
    /**
     * What these say is said by their type alone, and their trace is that of a library's parser or of a file's name.
     */
    private static final Set<String> SAID_BY_THEIR_TYPE =
            Set.of("NoSuchFileException", "NumberFormatException", "DateTimeException", "ArithmeticException");

    private static final Pattern TEXT =
            Pattern.compile("\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\])'");
    private static final Pattern COMMENT = Pattern.compile("//[^\n]*|/\\*[\\s\\S]*?\\*/");
    private static final Pattern CATCH = Pattern.compile("catch \\(([^)]*?)\\s(\\w+)\\) \\{");
    private static final Pattern THROW = Pattern.compile("throw\\s[^;]*;");

    @Test
    public void whatIsThrownBecauseOfAnExceptionHasItAsItsCause() throws IOException {
        List<String> losing = new ArrayList<>();
        List<Path> sources = SourceRulesTest.sources("src/main/java");
        for (Path source : sources) {
            losing(Files.readString(source)).forEach(line -> losing.add(source + ": " + line));
        }
        assertTrue(sources.size() > 500, "found " + sources.size() + " sources; is this the project's root?");
        assertEquals(losing, List.of());
    }

    @Test
    public void theRuleTellsGoodFromBad() {
        assertEquals(losing(wrapping("throw new DataException(\"a; b\", e);")), List.of());
        assertEquals(
                losing(wrapping("Throwable cause = e.getCause(); throw new DataException(\"a\", cause);")), List.of());
        assertEquals(losing(wrapping("if (e instanceof DataException known) { throw known; }")), List.of());
        assertEquals(losing(wrapping("throw new DataException(\"e\");")).size(), 1);
        assertEquals(losing(wrapping("throw new DataException(\"a\" /* e */);")).size(), 1);
        assertEquals(
                losing(wrapping("if (a) { throw new DataException(\"a\", e); } throw missing(file);"))
                        .size(),
                1);
    }

    private static String wrapping(String handler) {
        return "try { read(); } catch (IOException e) { " + handler + " }";
    }

    /** The throws in handlers of {@code source} that name neither the exception nor anything taken from it. */
    private static List<String> losing(String source) {
        String code = COMMENT.matcher(TEXT.matcher(source).replaceAll("\"\"")).replaceAll("");
        List<String> found = new ArrayList<>();
        Matcher handler = CATCH.matcher(code);
        while (handler.find()) {
            Set<String> types = Set.of(handler.group(1).split("[\\s|]+"));
            String body = code.substring(handler.end(), end(code, handler.end()));
            Set<String> taken = taken(body, handler.group(2));
            Matcher thrown = THROW.matcher(body);
            while (!SAID_BY_THEIR_TYPE.containsAll(types) && thrown.find()) {
                String statement = thrown.group();
                if (taken.stream().noneMatch(name -> mentions(statement, name))) {
                    found.add("catch (" + handler.group(1) + ") … " + statement.replaceAll("\\s+", " "));
                }
            }
        }
        return found;
    }

    /** Names of the exception and of what is bound to it, or to what it holds. */
    private static Set<String> taken(String body, String exception) {
        Set<String> names = new TreeSet<>(Set.of(exception));
        Matcher bound = Pattern.compile("\\b" + exception + "(?:\\.getCause\\(\\))? instanceof \\w+ (\\w+)"
                        + "|(\\w+) = " + exception + "\\.getCause\\(\\)")
                .matcher(body);
        while (bound.find()) {
            names.add(bound.group(1) == null ? bound.group(2) : bound.group(1));
        }
        for (String name : List.copyOf(names)) {
            Matcher again =
                    Pattern.compile("\\b" + name + " instanceof \\w+ (\\w+)").matcher(body);
            while (again.find()) {
                names.add(again.group(1));
            }
        }
        return names;
    }

    private static boolean mentions(String statement, String name) {
        return Pattern.compile("\\b" + name + "\\b").matcher(statement).find();
    }

    /** Where the block that begins before {@code from} ends. */
    private static int end(String code, int from) {
        int depth = 1;
        int at = from;
        for (; depth > 0 && at < code.length(); at++) {
            depth += code.charAt(at) == '{' ? 1 : code.charAt(at) == '}' ? -1 : 0;
        }
        return at - 1;
    }
}
