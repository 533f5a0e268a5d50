package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.imports.CocoFile;
import dev.understudy.dataset.imports.CorrectionsImport.CorrectedLabels;
import dev.understudy.dataset.imports.CvatArchive;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.nyud.NyudImport;
import dev.understudy.dataset.imports.nyud.NyudImport.NyudImportOptions;
import dev.understudy.dataset.imports.rgbd.KittiImport;
import dev.understudy.dataset.imports.rgbd.KittiImportOptionsBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Groups the importers. */
@CommandLine.Command(
        name = "import",
        description = "Turn the files that a data set's authors publish into one with a manifest.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ImportCommand.ImportNyudCommand.class,
            ImportRgbdCommand.class,
            ImportCommand.ImportKittiCommand.class,
            ImportListCommand.class,
            ImportCommand.ImportCvatCommand.class,
            ImportCommand.ImportCocoCommand.class,
            ImportPosesCommand.class
        })
public final class ImportCommand {

    /** {@code understudy dataset import nyud}. */
    @CommandLine.Command(
            name = "nyud",
            description =
                    "Import the 1,449 labelled frames of NYU Depth v2 from the files that its authors publish: labels of"
                            + " nyud40, the split into 795 and 654, and the scenes' names in scenes.tsv.",
            footer = {
                "",
                "Example:",
                "  understudy dataset import nyud --mat nyu_depth_v2_labeled.mat --classes classMapping40.mat"
                        + " --splits splits.mat --out data/nyud"
            })
    static final class ImportNyudCommand extends Command {
        @Option(
                names = "--mat",
                required = true,
                paramLabel = "FILE",
                description = "nyu_depth_v2_labeled.mat, 2.8 GB.")
        private Path mat;

        @Option(
                names = "--classes",
                required = true,
                paramLabel = "FILE",
                description = "classMapping40.mat: from 894 classes to 40.")
        private Path classes;

        @Option(
                names = "--splits",
                required = true,
                paramLabel = "FILE",
                description = "splits.mat: the frames for training and for testing.")
        private Path splits;

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the manifest goes.")
        private Path out;

        @Option(names = "--raw-depth", description = "Depth as it was measured, with holes, instead of the filled one.")
        private boolean rawDepth;

        @Option(
                names = "--prefix",
                defaultValue = "nyud/",
                paramLabel = "TEXT",
                description = "Put before every frame's number, for its id. Default: ${DEFAULT-VALUE}")
        private String prefix;

        @Mixin
        private JsonOption json;

        @Override
        protected int run(Console console) throws IOException {
            NyudImportOptions options = new NyudImportOptions(mat, classes, splits, out, rawDepth, prefix);
            try (CountedProgress progress = new CountedProgress(console, "import")) {
                ImportReport.show(console, NyudImport.run(options, progress::at), json.isGiven());
            }
            return ExitCode.DONE;
        }
    }

    /** {@code understudy dataset import kitti}. */
    @CommandLine.Command(
            name = "kitti",
            description =
                    "Import KITTI as it is unpacked, in any mixture: raw drives with the depth benchmark's depth become"
                            + " depth-only frames, the semantics benchmark labelled ones.",
            footer = {
                "",
                "Examples:",
                "  understudy dataset import kitti raw data_depth_annotated --every 5 --out data/kitti-depth",
                "  understudy dataset import kitti data_semantics --out data/kitti-semantics",
                "  understudy dataset import kitti data_semantics data_scene_flow data_scene_flow_calib --disparity --out data/kitti"
            })
    static final class ImportKittiCommand extends Command {
        @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders with what was unpacked.")
        private List<Path> roots;

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the manifest goes.")
        private Path out;

        @Option(
                names = "--classes",
                defaultValue = "kitti6",
                paramLabel = "SPACE",
                description = "What labels become: kitti6 or cityscapes19. Default: ${DEFAULT-VALUE}")
        private String classes;

        @Option(
                names = "--laser-depth",
                description = "Depth of one turn of the scanner (velodyne_raw) instead of the denser, annotated one.")
        private boolean laserDepth;

        @Option(
                names = "--disparity",
                description =
                        "Depth for labelled frames too, from the stereo 2015 benchmark's disparity of the same pictures"
                                + " (disp_occ_0) and its calibration.")
        private boolean disparity;

        @Option(
                names = "--cameras",
                split = ",",
                defaultValue = "2",
                paramLabel = "N",
                description = "2 (left), 3 (right), or both. Default: ${DEFAULT-VALUE}")
        private List<Integer> cameras;

        @Option(
                names = "--every",
                defaultValue = "1",
                paramLabel = "N",
                description = "Of each drive, take every Nth frame with depth only.")
        private int every;

        @Option(
                names = "--prefix",
                defaultValue = "kitti/",
                paramLabel = "TEXT",
                description = "Put before every frame's id. Default: ${DEFAULT-VALUE}")
        private String prefix;

        @Mixin
        private JsonOption json;

        @Override
        protected int run(Console console) throws IOException {
            KittiImport.Options options = KittiImportOptionsBuilder.builder()
                    .roots(roots)
                    .out(out)
                    .classes(classes)
                    .laserDepth(laserDepth)
                    .disparity(disparity)
                    .cameras(cameras)
                    .every(every)
                    .idPrefix(prefix)
                    .maxPixels(ImageHeader.DEFAULT_MAX_PIXELS)
                    .build();
            try (CountedProgress progress = new CountedProgress(console, "import")) {
                ImportReport.show(console, KittiImport.run(options, progress::at), json.isGiven());
            }
            return ExitCode.DONE;
        }
    }

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
    static final class ImportCvatCommand extends CorrectionsCommand {
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
    static final class ImportCocoCommand extends CorrectionsCommand {
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

    /** What an import did, for people or for machines. */
    static final class ImportReport {
        private static final int MOST_SKIPPED = 20;

        private ImportReport() {}

        static void show(Console console, ImportSummary summary, boolean json) {
            if (json) {
                console.printJson(summary);
                return;
            }
            console.print(summary.manifest() + ": " + summary.frames() + " frames " + summary.splits() + ", "
                    + summary.withSegmentation() + " with labels, " + summary.withDepth() + " with depth; "
                    + summary.written() + " files written, " + summary.kept() + " kept from before");
            summary.notes().forEach(note -> console.tell("note: " + note));
            summary.warnings().forEach(warning -> console.tell("warning: " + warning));
            summary.skipped().stream()
                    .limit(MOST_SKIPPED)
                    .forEach(skipped -> console.tell("left out " + skipped.source() + ": " + skipped.reason()));
            if (summary.skipped().size() > MOST_SKIPPED) {
                console.tell("left out " + (summary.skipped().size() - MOST_SKIPPED) + " more; --json lists them all");
            }
        }
    }
}
