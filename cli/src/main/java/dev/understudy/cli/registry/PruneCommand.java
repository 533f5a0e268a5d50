package dev.understudy.cli.registry;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy registry prune}. */
@CommandLine.Command(
        name = "prune",
        description =
                "Remove old versions: all but the newest, the champion, the challenger and the previous champion.")
final class PruneCommand extends Command {
    @Mixin
    private RegistryOption registryOption;

    @Option(names = "--keep", required = true, paramLabel = "N", description = "How many of the newest to keep.")
    private int keep;

    @Option(names = "--dry-run", description = "Only say what would be removed.")
    private boolean dryRun;

    @Override
    protected int run(Console console) throws IOException {
        if (keep < 0) {
            throw new ConfigurationException("--keep: found " + keep + ", expected 0 or more");
        }
        List<String> removed = registryOption.open().prune(keep, dryRun);
        removed.forEach(console::print);
        console.tell((dryRun ? "would remove " : "removed ") + removed.size() + " versions");
        return ExitCode.DONE;
    }
}
