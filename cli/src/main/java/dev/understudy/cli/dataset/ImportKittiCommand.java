package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.imports.kitti.KittiImport;
import dev.understudy.dataset.imports.kitti.KittiImportOptions;
import dev.understudy.dataset.imports.kitti.KittiImportOptionsBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
public final class ImportKittiCommand extends Command {
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

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        KittiImportOptions options = KittiImportOptionsBuilder.builder()
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
            ImportReport.show(console, KittiImport.run(options, progress::at), json);
        }
        return ExitCode.DONE;
    }
}
