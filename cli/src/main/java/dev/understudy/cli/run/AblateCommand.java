package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.RecipeOptions;
import dev.understudy.files.AtomicFile;
import dev.understudy.pipeline.ablate.AblationConfiguration;
import dev.understudy.pipeline.ablate.AblationResults;
import dev.understudy.pipeline.ablate.AblationRun;
import dev.understudy.pipeline.ablate.AblationRun.AblationReporter;
import dev.understudy.pipeline.ablate.LabelScoring;
import dev.understudy.pipeline.ablate.PolicyChoice;
import dev.understudy.pipeline.ablate.PolicySelection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy ablate}. */
@CommandLine.Command(
        name = "ablate",
        description = {
            "Find out which synthetic labels to believe: score filter policies against the truth, where it is known, then"
                    + " train a student on each, for each normalisation of the loss and each seed, and score that.",
            "Always there: no synthetic labels (real only), all of them (none), and, where the truth is known, what a"
                    + " perfect filter and a perfect expert would give.",
            "Leaves results.jsonl, table.md, table.tex and report.html in the configuration's out. The same command again"
                    + " does only what is missing or has changed; students that were killed go on from their checkpoints.",
            ""
        },
        footer = {
            "",
            "Without students labels are scored and nothing is trained.",
            "",
            "Examples:",
            "  understudy ablate --config conf/ablation.yaml",
            "  understudy ablate --config conf/ablation.yaml --set 'students=[]'",
            "  understudy ablate --config conf/nyudv2-ablation.yaml --select",
            "  understudy ablate --config conf/ablation.yaml --set 'seeds=[1,2,3,4,5]' --set spark.master=spark://host:7077"
        })
public final class AblateCommand extends Command {
    @Mixin
    private RecipeOptions.Required recipe;

    @Option(
            names = "--select",
            description =
                    "Choose a policy and its constants by the annotated frames (real) alone, cross-validated over their"
                            + " scenes, and score all on the others beside. The store must hold both. Trains nothing; leaves"
                            + " selection.md and selection.json.")
    private boolean select;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        AblationConfiguration ablation = recipe.load(AblationConfiguration.class);
        if (select) {
            PolicyChoice choice = new PolicySelection(ablation, console).run();
            json.print(console, choice, choice.lines());
            return ExitCode.DONE;
        }
        AblationResults results = new AblationRun(ablation, new AblationReportFiles(command()), console).run();
        if (json.isGiven()) {
            console.printJson(results);
        } else {
            AblationTable.markdown(results).lines().forEach(console::print);
            console.print("");
            console.print(ablation.out().resolve("report.html").toString());
        }
        return ExitCode.DONE;
    }

    private String command() {
        return "understudy "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    /**
     * Writes {@code table.md}, {@code table.tex}, {@code report.html} and {@code frames/}.
     *
     * @param command as the page names what made it
     */
    record AblationReportFiles(String command) implements AblationReporter {
        @Override
        public void write(Path out, AblationResults results, List<String> disputed, LabelScoring labels)
                throws IOException {
            AtomicFile.write(out.resolve("table.md"), AblationTable.markdown(results));
            AtomicFile.write(out.resolve("table.tex"), AblationTable.latex(results));
            new AblationPage(labels.classes(), labels.policies())
                    .write(out, results, disputed, labels.frames(), command);
        }
    }
}
