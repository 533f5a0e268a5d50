package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.dataset.ImportCommand.ImportReport;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.imports.ListImport;
import dev.understudy.dataset.imports.ListImportOptions;
import dev.understudy.dataset.imports.ListImportOptions.Source;
import dev.understudy.dataset.imports.PictureImport.Orientation;
import dev.understudy.dataset.signs.DepthSigns.DepthBits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code understudy dataset import list}. */
@CommandLine.Command(
        name = "list",
        description =
                "Import frames that are listed, rgb<TAB>labels[<TAB>depth[<TAB>normals]] a line, or that lie in parallel"
                        + " folders. Commas, semicolons or blanks may stand for the tabs.",
        footer = {
            "",
            "Examples:",
            "  understudy dataset import list --root nyud --list train=train.tsv --list test=test.tsv"
                    + " --classes nyud40 --depth-scale 5000 --out data/nyud",
            "  understudy dataset import list --root camvid --folders train=train/rgb,train/labels"
                    + " --folders val=val/rgb,val/labels --classes camvid11 --ignore 11 --out data/camvid"
        })
public final class ImportListCommand extends Command {
    @Option(
            names = "--root",
            required = true,
            paramLabel = "DIR",
            description = "The folder that all listed paths are relative to.")
    private Path root;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description =
                    "Where the manifest goes: a folder of its own, or one above the root, so that files stay in place.")
    private Path out;

    @Option(names = "--list", paramLabel = "[SPLIT=]FILE", description = "A list of frames; may be repeated.")
    private List<String> lists = List.of();

    @Option(
            names = "--folders",
            paramLabel = "[SPLIT=]RGB[,LABELS[,DEPTH[,NORMALS]]]",
            description = "Folders below the root, whose files are paired by name; may be repeated.")
    private List<String> folders = List.of();

    @Option(
            names = "--classes",
            paramLabel = "SPACE",
            description =
                    "Class space of the labels: nyud40, kitti6, cityscapes19, camvid11, nyud40-kitti6, or a YAML file.")
    private @Nullable String classes;

    @Option(
            names = "--labels-in",
            paramLabel = "SPACE",
            description = "Class space of the files, if it is another one that has a map to --classes.")
    private @Nullable String labelsIn;

    @Option(names = "--ignore", paramLabel = "VALUE", split = ",", description = "Label values that mean 'no label'.")
    private List<Integer> ignore = List.of();

    @Option(
            names = "--label-map",
            paramLabel = "FROM=TO",
            split = ",",
            description = "Label value to class index; with it, values that are not listed are ignored.")
    private List<String> labelMap = List.of();

    @Option(names = "--depth-scale", paramLabel = "N", description = "Units per metre of the depth files.")
    private @Nullable Double depthScale;

    @Option(
            names = "--invalid",
            split = ",",
            paramLabel = "VALUE",
            description = "Depth values that mean 'none', besides 0; often 65535.")
    private List<Integer> invalid = List.of();

    @Option(
            names = "--pair-by",
            paramLabel = "PATTERN",
            description =
                    "Of folders: a regular expression that fits whole names, with one group; files of which it holds"
                            + " the same belong together: '(.+?)(?:_mask)?' pairs x.jpg with x_mask.png.")
    private @Nullable String pairBy;

    @Mixin
    private ReadingOptions reading;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        List<Source> sources = new ArrayList<>();
        lists.forEach(text -> sources.add(NamedSource.parse(text).asList()));
        folders.forEach(text -> sources.add(NamedSource.parse(text).asFolders()));
        if (sources.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Missing frames: give --list or --folders");
        }
        ListImportOptions options = ListImportOptions.of(root, out, sources)
                .classes(classes)
                .labelsIn(labelsIn)
                .ignore(ignore)
                .labelMap(labelMap())
                .depthScale(depthScale)
                .depthBits(reading.depthBits())
                .invalid(invalid)
                .pairBy(pairBy)
                .orientation(reading.orientation())
                .scene(reading.scene())
                .idPrefix(reading.idPrefix())
                .build();
        try (CountedProgress progress = new CountedProgress(console, "import")) {
            ImportReport.show(console, ListImport.run(options, progress::at), json.isGiven());
        }
        return ExitCode.DONE;
    }

    /** By hand: picocli would let a second 1, or 01, quietly win over the first. */
    private Map<Integer, Integer> labelMap() {
        Map<Integer, Integer> map = new TreeMap<>();
        for (String text : labelMap) {
            String[] sides = text.strip().split("=", -1);
            boolean numbers = sides.length == 2 && Stream.of(sides).allMatch(side -> side.matches("[0-9]{1,9}"));
            if (!numbers) {
                throw new ParameterException(
                        spec.commandLine(), "--label-map " + text + ": expected FROM=TO, two numbers of 0–255");
            }
            if (map.put(Integer.parseInt(sides[0]), Integer.parseInt(sides[1])) != null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--label-map " + text + ": maps " + Integer.parseInt(sides[0]) + " for the second time");
            }
        }
        return map;
    }

    /** Options of the importers that say how files are meant where they do not say it themselves. */
    static final class ReadingOptions {
        @Option(
                names = "--depth-bits",
                defaultValue = "plain",
                paramLabel = "HOW",
                description =
                        "plain, rotated (three bits to the left, as in SUN RGB-D) or swapped (the low byte first)."
                                + " Default: ${DEFAULT-VALUE}")
        private DepthBits depthBits;

        @Option(
                names = "--orientation",
                defaultValue = "auto",
                paramLabel = "HOW",
                description =
                        "Of pictures with an EXIF orientation: shown (as viewers turn them), stored (not turned), or auto,"
                                + " which is shown unless their labels or depth fit the stored pixels only. Default: ${DEFAULT-VALUE}")
        private Orientation orientation;

        @Option(
                names = "--scene",
                paramLabel = "PATTERN",
                description =
                        "A regular expression with one group, searched for in each id: what the group holds is the scene or"
                                + " recording that the frame belongs to.")
        private @Nullable String scene;

        @Option(
                names = "--prefix",
                defaultValue = "",
                paramLabel = "TEXT",
                description = "Put before every frame's id.")
        private String idPrefix;

        String idPrefix() {
            return idPrefix;
        }

        DepthBits depthBits() {
            return depthBits;
        }

        Orientation orientation() {
            return orientation;
        }

        @Nullable
        String scene() {
            return scene;
        }
    }

    /** {@code [SPLIT=]VALUE}, as sources are written on the command line. */
    record NamedSource(@Nullable String split, String value) {
        static NamedSource parse(String text) {
            int equals = text.indexOf('=');
            return equals < 0
                    ? new NamedSource(null, text)
                    : new NamedSource(text.substring(0, equals), text.substring(equals + 1));
        }

        Source asList() {
            return Source.ofList(split, Path.of(value));
        }

        /** Up to four folders: {@code rgb,labels,depth,normals}, where all but the first may be empty. */
        Source asFolders() {
            String[] folders = value.split(",", -1);
            if (folders.length > 4 || folders[0].isBlank()) {
                throw new ConfigurationException(
                        "--folders " + value + ": expected RGB[,LABELS[,DEPTH[,NORMALS]]], folders below the root");
            }
            return new Source(split, null, folders[0], at(folders, 1), at(folders, 2), at(folders, 3));
        }

        private static @Nullable String at(String[] folders, int index) {
            return index < folders.length && !folders[index].isBlank() ? folders[index] : null;
        }
    }
}
