package dev.understudy.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Breaks the examples of a command's help so that they can be pasted: a terminal of 80 columns would break them
 * elsewhere, and a shell would then run half of a command. A line of an example begins with two blanks and the
 * program's name.
 */
final class Examples {
    private static final String EXAMPLE = "  understudy ";
    private static final String MORE = "      ";
    private static final String GOES_ON = " \\";

    /** Of 80 columns picocli leaves the last one free. */
    private static final int WIDTH = 78;

    private Examples() {}

    /** Of the command and all below it. */
    static void breakLines(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.footer(
                Stream.of(usage.footer()).flatMap(line -> broken(line).stream()).toArray(String[]::new));
        command.getSubcommands().values().forEach(Examples::breakLines);
    }

    /** A line as several, of which all but the last end with a backslash; words in quotes stay whole. */
    static List<String> broken(String line) {
        if (!line.startsWith(EXAMPLE) || line.length() <= WIDTH) {
            return List.of(line);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder("  ");
        for (String word : words(line.strip())) {
            boolean fits = current.length() + 1 + word.length() + GOES_ON.length() <= WIDTH;
            if (!fits && !current.toString().isBlank()) {
                lines.add(current + GOES_ON);
                current = new StringBuilder(MORE);
            }
            current.append(current.toString().isBlank() ? "" : " ").append(word);
        }
        lines.add(current.toString());
        return lines;
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (char c : line.toCharArray()) {
            if (c == ' ' && quote == 0) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                quote = c == quote ? 0 : quote == 0 && (c == '\'' || c == '"') ? c : quote;
                word.append(c);
            }
        }
        words.add(word.toString());
        words.removeIf(String::isEmpty);
        return words;
    }
}
