package dev.understudy.cli.registry;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code understudy registry verify}. */
@CommandLine.Command(
        name = "verify",
        description = "Read every byte of the registry and say what is damaged; exit code 3 if anything is.")
final class VerifyCommand extends Command {
    @Mixin
    private RegistryOption registryOption;

    @Override
    protected int run(Console console) throws IOException {
        List<String> problems = registryOption.open().verify();
        problems.forEach(console::print);
        console.tell(problems.isEmpty() ? "nothing is damaged" : problems.size() + " problems");
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.BAD_DATA;
    }
}
