package dev.understudy.cli.registry;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.retrain.registry.Aliases;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy registry promote}. */
@CommandLine.Command(
        name = "promote",
        description = "Make a version the champion, whatever the gate would say of it.",
        footer = {
            "",
            "With --expect nothing happens if somebody else has promoted in the meantime (exit code 3). Example:",
            "  understudy registry promote --registry models v0007 --expect v0005 --reason 'seen in the field'"
        })
final class PromoteCommand extends Command {
    @Mixin
    private RegistryOption registryOption;

    @Parameters(paramLabel = "VERSION", description = "v0001, challenger or previous.")
    private String name;

    @Option(
            names = "--expect",
            paramLabel = "VERSION",
            description = "The champion that it is to replace, or none; if not given, the one that is there.")
    private @Nullable String expected;

    @Option(names = "--reason", defaultValue = "by hand", description = "For the log; '${DEFAULT-VALUE}' if not given.")
    private String reason;

    @Override
    protected int run(Console console) throws IOException {
        Registry registry = registryOption.open();
        String replaced = expected == null ? registry.aliases().champion() : expected.equals("none") ? null : expected;
        Aliases aliases = registry.promote(name, replaced, reason);
        console.print("champion " + aliases.champion() + ", previous " + aliases.previous());
        return ExitCode.DONE;
    }
}
