package dev.understudy.cli;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.Understudy.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;
import picocli.CommandLine;

/** What the help shows as examples, pasted from a terminal of 80 columns, are commands that the parser takes. */
public class ExamplesTest {
    private static final int COLUMNS = 80;

    @Test
    public void everyExampleCanBePasted() {
        List<String> examples = new ArrayList<>();
        collect(Understudy.commands(), examples);
        assertTrue(examples.size() > 50, examples.size() + " examples");
        List<String> refused = new ArrayList<>();
        for (String example : examples) {
            List<String> words = shellWords(example.replaceFirst(" \\| .*| > \\S+$", ""));
            assertEquals(words.remove(0), "understudy", example);
            try {
                Understudy.commands().parseArgs(words.toArray(String[]::new));
            } catch (CommandLine.ParameterException e) {
                refused.add(example + ": " + e.getMessage());
            }
        }
        assertEquals(String.join("\n", refused), "");
    }

    @Test
    public void thePageForRobotsShowsCommandsThatAreTaken() throws IOException {
        List<String> commands = Files.readAllLines(Path.of("..", "conf", "robot.md")).stream()
                .filter(line -> line.startsWith("./understudy "))
                .toList();
        assertEquals(commands.size(), 8);
        for (String command : commands) {
            List<String> words = shellWords(command);
            Understudy.commands().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        }
    }

    @Test
    public void longLinesAreBrokenBetweenWordsAndQuotesStayWhole() {
        String line =
                "  understudy filter --store store/ --policy 'threshold: {probability: 0.8}' --out labels/of/this/one";
        List<String> broken = Examples.broken(line);
        assertEquals(broken.size(), 2);
        assertTrue(broken.get(0).endsWith(" \\") && broken.get(0).length() < COLUMNS, broken.get(0));
        assertEquals(broken.get(1), "      --out labels/of/this/one");
        assertEquals(Examples.broken("  understudy demo"), List.of("  understudy demo"));
    }

    private static void collect(CommandLine command, List<String> examples) {
        String help = command.setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(COLUMNS)
                .getUsageMessage(CommandLine.Help.Ansi.OFF);
        StringBuilder open = new StringBuilder();
        for (String line : help.split("\\R")) {
            boolean starts = open.isEmpty() && line.startsWith("  understudy ");
            if (starts || !open.isEmpty()) {
                assertTrue(line.length() <= COLUMNS, line);
                boolean goesOn = line.endsWith(" \\");
                open.append(goesOn ? line.substring(0, line.length() - 1) : line);
                if (!goesOn) {
                    examples.add(open.toString().strip());
                    open.setLength(0);
                }
            }
        }
        assertTrue(open.isEmpty(), "the last example goes on with nothing: " + open);
        command.getSubcommands().values().forEach(each -> collect(each, examples));
    }

    private static List<String> shellWords(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (char c : (text + " ").toCharArray()) {
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && c == ' ') {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        assertEquals(quote, (char) 0, "a quote that is not closed: " + text);
        return words;
    }
}
