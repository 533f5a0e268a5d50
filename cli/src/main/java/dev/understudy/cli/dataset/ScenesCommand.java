package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.edit.ScenePattern;
import dev.understudy.dataset.edit.SceneRun;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy dataset scenes}. */
@CommandLine.Command(
        name = "scenes",
        description =
                "Say which scene each frame belongs to, the place or the recording, in a new manifest beside the one that"
                        + " is read. Frames of one scene are not independent of each other: whoever compares models on them"
                        + " draws scenes, and whoever splits them keeps scenes together.",
        footer = {
            "",
            "Examples:",
            "  understudy dataset scenes data/robot --pattern '(.*)/[^/]*'",
            "  understudy dataset scenes data/nyud --pattern '([a-z_]+_[0-9]{4})-.*'"
        })
public final class ScenesCommand extends Command {
    private static final int SHOWN = 3;

    @Parameters(paramLabel = "MANIFEST", description = "manifest.jsonl, or the folder that holds it.")
    private Path manifest;

    @Option(
            names = "--pattern",
            required = true,
            paramLabel = "REGEX",
            description = "A regular expression that a whole id matches, with one group in brackets: the scene.")
    private String pattern;

    @Option(
            names = "--out",
            defaultValue = "scenes.jsonl",
            paramLabel = "NAME",
            description = "The manifest to write, in the same folder. Default: ${DEFAULT-VALUE}")
    private String out;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        SceneRun.Summary summary = SceneRun.run(manifest, ScenePattern.of(pattern), out);
        if (json) {
            console.printJson(summary);
            return ExitCode.DONE;
        }
        console.print(summary.manifest() + ": " + summary.frames() + " frames of " + summary.scenes() + " scenes; "
                + summary.given() + " were given theirs");
        if (!summary.unmatched().isEmpty()) {
            console.tell(summary.unmatched().size() + " ids do not match the pattern ("
                    + String.join(
                            ", ", summary.unmatched().stream().limit(SHOWN).toList())
                    + (summary.unmatched().size() > SHOWN ? ", …" : "") + "); " + summary.withoutScene()
                    + " of all frames have no scene");
        }
        return ExitCode.DONE;
    }
}
