package dev.understudy.cli.dataset;

import dev.understudy.dataset.imports.coco.CocoFile;
import dev.understudy.dataset.imports.corrections.CorrectedLabels;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code understudy dataset import coco}. */
@CommandLine.Command(
        name = "coco",
        description = {
            "Make annotated frames of labels that people have corrected, in COCO's object format: segments as run lengths,"
                    + " compressed or not; polygons are refused. Frames keep their ids, pictures, depth and poses; pixels"
                    + " in no segment become 'ignore', and of segments that overlap the later one counts.",
            "An image is the frame that its 'frame' names, or else its 'file_name'. Categories are classes by name.",
            "With --store it says what people changed: of which class, and how likely the labels were held to be right, by"
                    + " what was learned of the store's reliability or else by the expert's own confidence.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  understudy dataset import coco --labels coco/labels.json \\",
            "      --manifest data/ --store store/ --out corrected/",
            "  understudy dataset merge data/annotated corrected/ --out data/more"
        })
public final class ImportCocoCommand extends CorrectionsCommand {
    @Option(names = "--labels", required = true, paramLabel = "FILE", description = "The corrected labels, JSON.")
    private Path labels;

    @Override
    Path file() {
        return labels;
    }

    @Override
    CorrectedLabels.Opener format() {
        return CocoFile::open;
    }
}
