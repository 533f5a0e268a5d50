package dev.understudy.cli.console;

import java.util.List;
import picocli.CommandLine.Option;

/** {@code --json}: whether a command tells its result to programs or to people. Commands mix it in. */
public final class JsonOption {
    @Option(names = "--json", description = "Print the result as one JSON document.")
    private boolean json;

    public boolean isGiven() {
        return json;
    }

    /** @param lines what {@code result} is in words */
    public void print(Console console, Object result, List<String> lines) {
        if (json) {
            console.printJson(result);
        } else {
            lines.forEach(console::print);
        }
    }
}
