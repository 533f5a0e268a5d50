package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.dataset.DatasetCommand.ManifestEdit;
import dev.understudy.dataset.edit.SplitRun;
import dev.understudy.dataset.edit.SplitRunOptionsBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code understudy dataset split}. */
@CommandLine.Command(
        name = "split",
        description =
                "Say anew which split each frame belongs to, in a new manifest beside the one that is read. Frames"
                        + " of a scene stay together, and where the manifest says no scene those whose ids are the same up to the"
                        + " last /, so that neighbours of a sequence never end up in both training and validation.",
        footer = {
            "",
            "Examples:",
            "  understudy dataset split data/rooms --ratio train=0.9,val=0.1",
            "  understudy dataset split data/nyud --only train --ratio train=0.9,val=0.1 --groups data/nyud/scenes.tsv",
            "  understudy dataset split data/nyudv2 --only train --evenly --ratio annotated=0.125,rest=0.875"
        })
public final class SplitCommand extends Command {
    @Mixin
    private ManifestEdit edit;

    @Option(
            names = "--ratio",
            required = true,
            split = ",",
            paramLabel = "SPLIT=SHARE",
            description = "Splits and their shares, which add up to 1.")
    private Map<String, Double> ratios;

    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description = "Decides what goes where. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--groups",
            paramLabel = "FILE",
            description =
                    "Lines of id<TAB>group: frames of one group stay together, instead of those of one scene or prefix.")
    private @Nullable Path groups;

    @Option(names = "--by-frame", description = "Divide single frames; only for frames that are no sequences.")
    private boolean byFrame;

    @Option(
            names = "--evenly",
            description =
                    "Divide single frames without drawing, spread over the list: every eighth for a share of 0.125.")
    private boolean evenly;

    @Option(names = "--only", paramLabel = "SPLIT", description = "Divide the frames of this split only.")
    private @Nullable String only;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        if (byFrame && groups != null || evenly && (byFrame || groups != null)) {
            throw new ParameterException(spec.commandLine(), "--by-frame, --evenly and --groups exclude each other");
        }
        SplitRun.Options.By by = evenly
                ? SplitRun.Options.By.EVENLY
                : byFrame
                        ? SplitRun.Options.By.FRAME
                        : groups == null ? SplitRun.Options.By.PREFIX : SplitRun.Options.By.GROUPS;
        SplitRun.Summary summary = SplitRun.run(SplitRunOptionsBuilder.builder()
                .manifest(edit.manifest())
                .out(edit.out())
                .ratios(ratios)
                .seed(seed)
                .by(by)
                .groups(groups)
                .only(only)
                .build());
        if (json.isGiven()) {
            console.printJson(summary);
        } else {
            console.print(summary.manifest() + ": frames " + summary.frames() + ", groups " + summary.groups());
        }
        return ExitCode.DONE;
    }
}
