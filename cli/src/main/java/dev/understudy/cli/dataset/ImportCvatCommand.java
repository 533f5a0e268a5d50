package dev.understudy.cli.dataset;

import dev.understudy.dataset.imports.corrections.CorrectedLabels;
import dev.understudy.dataset.imports.cvat.CvatArchive;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code understudy dataset import cvat}. */
@CommandLine.Command(
        name = "cvat",
        description = {
            "Make annotated frames of labels that people have corrected in CVAT, exported there as \"Segmentation mask 1.1\"."
                    + " Frames keep their ids, pictures, depth and poses; background becomes 'ignore'.",
            "With --store it says what people changed: of which class, and how likely the labels were held to be right, by"
                    + " what was learned of the store's reliability or else by the expert's own confidence.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  understudy dataset import cvat --archive task_7.zip \\",
            "      --manifest data/ --store store/ --out corrected/",
            "  understudy dataset merge data/annotated corrected/ --out data/more"
        })
public final class ImportCvatCommand extends CorrectionsCommand {
    @Option(names = "--archive", required = true, paramLabel = "FILE", description = "What CVAT exported, a zip.")
    private Path archive;

    @Override
    Path file() {
        return archive;
    }

    @Override
    CorrectedLabels.Opener format() {
        return (file, frames, classes) -> CvatArchive.open(file, classes);
    }
}
