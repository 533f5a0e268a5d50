package dev.understudy.cli.registry;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.files.sealed.StrictJson;
import dev.understudy.retrain.registry.AuditEntry;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy registry log}. */
@CommandLine.Command(name = "log", description = "Show all changes, oldest first, after the log has been checked.")
final class LogCommand extends Command {
    @Mixin
    private RegistryOption registryOption;

    @Option(names = "--json", description = "For machines: a list of entries.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        List<AuditEntry> entries = registryOption.open().history().entries();
        if (json) {
            console.print(StrictJson.printed(entries));
            return ExitCode.DONE;
        }
        Columns columns = new Columns("at", "event", "version", "by", "reason");
        for (AuditEntry entry : entries) {
            columns.add(
                    entry.at().toString(),
                    entry.event().key(),
                    entry.details().getOrDefault("version", "-"),
                    entry.actor(),
                    entry.details().getOrDefault("reason", "").replaceAll("\\p{Cntrl}", " "));
        }
        columns.print(console);
        return ExitCode.DONE;
    }
}
