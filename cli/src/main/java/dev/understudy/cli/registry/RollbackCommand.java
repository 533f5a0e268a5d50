package dev.understudy.cli.registry;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy registry rollback}. */
@CommandLine.Command(
        name = "rollback",
        description =
                "Make the previous champion the champion again. To go further back, promote a version by its name.")
final class RollbackCommand extends Command {
    @Mixin
    private RegistryOption registryOption;

    @Option(names = "--reason", defaultValue = "by hand", description = "For the log; '${DEFAULT-VALUE}' if not given.")
    private String reason;

    @Override
    protected int run(Console console) throws IOException {
        console.print("champion " + registryOption.open().rollback(reason).champion());
        return ExitCode.DONE;
    }
}
