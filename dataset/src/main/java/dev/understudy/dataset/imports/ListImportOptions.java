package dev.understudy.dataset.imports;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.imports.PictureImport.Orientation;
import dev.understudy.dataset.signs.DepthSigns.DepthBits;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What to import, from where, and how to read it.
 *
 * @param root the folder that all listed paths are relative to and may not leave
 * @param out where the manifest goes, another folder than {@code root} and outside the folders of {@code sources}. If
 *     {@code root} is inside it, pictures and depth stay where they are and are referred to; otherwise they are copied
 * @param sources one or several, usually one a split; all end in one manifest
 * @param classes class space of the labels in the manifest: a built-in name or a YAML file
 * @param labelsIn class space of the files, if it is another one that declares a map to {@code classes}
 * @param ignore stored label values that mean "no label"; they become 255
 * @param labelMap stored label value → class index (255 to ignore), applied after {@code ignore}; where it is given,
 *     values that it does not list become 255
 * @param depthScale units per metre of the depth files
 * @param depthBits how the bits of the depth files' values are to be read
 * @param invalid depth values, as they are read by {@code depthBits}, that mean "no measurement", besides 0
 * @param pairBy of folders: a regular expression with one group, which must fit a file's whole name (its path below its
 *     folder, without extension); files of which the group holds the same belong together. If not given, those of one
 *     name
 * @param orientation which way a JPEG with an EXIF orientation is turned
 * @param scene a regular expression with one group, searched for in each id, that says which scene a frame belongs to
 * @param idPrefix put before every id, such as {@code camvid/}
 */
@RecordBuilder
public record ListImportOptions(
        Path root,
        Path out,
        List<Source> sources,
        @Nullable String classes,
        @Nullable String labelsIn,
        @Default("[]") List<Integer> ignore,
        @Default("{}") Map<Integer, Integer> labelMap,
        @Nullable Double depthScale,
        @Default("plain") DepthBits depthBits,
        @Default("[]") List<Integer> invalid,
        @Nullable String pairBy,
        @Default("auto") Orientation orientation,
        @Nullable String scene,
        @Default("''") String idPrefix,
        @Default("" + ImageHeader.DEFAULT_MAX_PIXELS) long maxPixels)
        implements ListImportOptionsBuilder.With {

    /**
     * Either a list, or folders whose files are paired by name without extension.
     *
     * @param split what the manifest says of these frames
     * @param list a text file, one frame a line: {@code rgb}, {@code rgb<TAB>labels}, {@code rgb<TAB>labels<TAB>depth}
     *     or {@code rgb<TAB>labels<TAB>depth<TAB>normals}, where all but the first may be empty; see {@link
     *     Sources.ListLine} for other separators. Lines that start with # are passed over
     * @param rgb folder of pictures, relative to the root; its subfolders count
     * @param labels folder with a PNG for every picture that is labelled
     * @param depth folder with a PNG for every picture that has depth
     * @param normals folder with a PNG for every picture that has normals
     */
    public record Source(
            @Nullable String split,
            @Nullable Path list,
            @Nullable String rgb,
            @Nullable String labels,
            @Nullable String depth,
            @Nullable String normals) {
        public Source {
            new Checks()
                    .that((list == null) != (rgb == null), "list", "or 'rgb' must be given, and not both")
                    .that(
                            list == null || labels == null && depth == null && normals == null,
                            "labels",
                            "'depth' and 'normals' are columns of the list; leave them out")
                    .verify();
        }

        public static Source ofList(@Nullable String split, Path list) {
            return new Source(split, list, null, null, null, null);
        }

        public static Source ofFolders(
                @Nullable String split, String rgb, @Nullable String labels, @Nullable String depth) {
            return new Source(split, null, rgb, labels, depth, null);
        }
    }

    public ListImportOptions {
        Checks checks = new Checks()
                .notEmpty("sources", sources)
                .that(labelsIn == null || classes != null, "labelsIn", "needs 'classes', the space to map to")
                .that(idPrefix.matches("[A-Za-z0-9._/-]*"), "idPrefix", "must be of letters, digits and . _ / -")
                .atLeast("maxPixels", maxPixels, 1);
        if (depthScale != null) {
            checks.positive("depthScale", depthScale);
        }
        for (int i = 0; i < ignore.size(); i++) {
            checks.inRange("ignore." + i, ignore.get(i), 0, 255);
        }
        for (int i = 0; i < invalid.size(); i++) {
            checks.inRange("invalid." + i, invalid.get(i), 0, 65535);
        }
        labelMap.forEach((from, to) -> checks.that(
                from >= 0 && from <= 255 && to >= 0 && to <= 255,
                "labelMap." + from,
                "must map 0–255 to 0–255, found " + from + " to " + to));
        checks.verify();
        sources = List.copyOf(sources);
        ignore = List.copyOf(ignore);
        invalid = List.copyOf(invalid);
        labelMap = java.util.Collections.unmodifiableMap(new TreeMap<>(labelMap));
    }

    /** With everything as usual; what is known besides is added by name. */
    public static ListImportOptionsBuilder of(Path root, Path out, List<Source> sources) {
        return ListImportOptionsBuilder.builder()
                .root(root)
                .out(out)
                .sources(sources)
                .ignore(List.of())
                .labelMap(Map.of())
                .depthBits(DepthBits.PLAIN)
                .invalid(List.of())
                .orientation(Orientation.AUTO)
                .idPrefix("")
                .maxPixels(ImageHeader.DEFAULT_MAX_PIXELS);
    }

    ListImportOptions withAbsolutePaths() {
        List<Source> absolute = sources.stream()
                .map(s -> new Source(
                        s.split(),
                        s.list() == null ? null : s.list().toAbsolutePath(),
                        s.rgb(),
                        s.labels(),
                        s.depth(),
                        s.normals()))
                .toList();
        return with(options ->
                options.root(root.toAbsolutePath()).out(out.toAbsolutePath()).sources(absolute));
    }

    /** Whether label files cannot be taken as they are. */
    boolean rewritesLabels() {
        return labelsIn != null || !labelMap.isEmpty() || ignore.stream().anyMatch(value -> value != 255);
    }

    /** Whether it was said what becomes of the value 255. */
    boolean means255() {
        return ignore.contains(255) || !labelMap.isEmpty();
    }
}
