package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.label.LabelRecord;
import dev.understudy.pipeline.label.LabelRun;
import dev.understudy.store.StorePublisher.ResumeOptions;
import dev.understudy.store.StoreVerifier;
import dev.understudy.store.StoreVerifier.StoreProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy store verify}. */
@CommandLine.Command(
        name = "verify",
        description = "Read a whole store and compare every checksum. Ends with exit code 3 if anything is wrong.",
        footer = {
            "",
            "Examples:",
            "  understudy store verify store/",
            "  understudy store verify store/ --repair",
        })
public final class VerifyStoreCommand extends Command {
    @Parameters(paramLabel = "DIR", description = "The store.")
    private Path store;

    @Option(
            names = "--repair",
            description = "Label again what is damaged or missing, and nothing else, as the store's label.yaml says.")
    private boolean repair;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        List<StoreProblem> problems = verify(console);
        if (repair && !problems.isEmpty()) {
            problems.forEach(problem -> console.tell(problem.message()));
            LabelRun.run(
                    LabelRecord.read(store),
                    new ResumeOptions(false, false, true),
                    count -> console.progress("repair", count));
            problems = verify(console);
        }
        if (json.isGiven()) {
            console.printJson(problems);
        } else if (problems.isEmpty()) {
            console.print(store + ": nothing is wrong");
        } else {
            problems.forEach(problem -> console.print(problem.message()));
        }
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.BAD_DATA;
    }

    private List<StoreProblem> verify(Console console) {
        try (Progress progress = console.progress("verify", 0)) {
            int[] done = {0};
            return StoreVerifier.verify(store, shards -> {
                progress.step(shards - done[0]);
                done[0] = shards;
            });
        }
    }
}
