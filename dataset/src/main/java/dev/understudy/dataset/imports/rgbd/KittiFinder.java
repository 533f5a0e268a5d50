package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.rgbd.KittiFinder.FoundFile;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs together by the paths that KITTI's archives unpack to.
 *
 * <pre>
 * &lt;date&gt;/calib_cam_to_cam.txt                                        raw calibration
 * &lt;date&gt;/&lt;date&gt;_drive_&lt;n&gt;_sync/image_02/data/&lt;frame&gt;.png             raw pictures
 * train/&lt;date&gt;_drive_&lt;n&gt;_sync/proj_depth/groundtruth/image_02/&lt;frame&gt;.png   annotated depth;
 *                                                                             velodyne_raw likewise
 * val_selection_cropped/{image,groundtruth_depth,velodyne_raw,intrinsics}/   the depth selection
 * training/{image_2,semantic}/&lt;n&gt;_10.png                             semantics
 * training/calib_cam_to_cam/&lt;n&gt;.txt                                   its calibration
 * training/{disp_occ_0,disp_noc_0}/&lt;n&gt;_10.png                         stereo, of the same pictures
 * </pre>
 */
final class KittiFinder {
    private static final Pattern RAW =
            Pattern.compile("(?:.*/)?(\\d{4}_\\d\\d_\\d\\d_drive_\\d{4})_sync/image_0([23])/data/(\\d+)\\.(?:png|jpg)");
    private static final Pattern DEPTH = Pattern.compile("(.*/)?(\\d{4}_\\d\\d_\\d\\d_drive_\\d{4})_sync"
            + "/proj_depth/(groundtruth|velodyne_raw)/image_0([23])/(\\d+)\\.png");
    private static final Pattern CALIBRATION = Pattern.compile("(?:.*/)?(\\d{4}_\\d\\d_\\d\\d)/calib_cam_to_cam\\.txt");
    private static final Pattern SELECTED =
            Pattern.compile("((?:.*/)?)image/(.+_drive_\\d{4})_sync_image_(\\d+)_image_0([23])\\.png");
    private static final Pattern LABELLED = Pattern.compile("((?:.*/)?training)/image_2/(\\d+)(_\\d+)\\.png");

    private static final Pattern STEREO =
            Pattern.compile("(?:.*/)?training/(disp_occ_0|disp_noc_0|calib_cam_to_cam)/(\\d+(?:_\\d+)?)\\.(?:png|txt)");

    private final KittiImport.Options options;
    private final Map<String, FoundFile> pictures = new TreeMap<>();
    private final Map<String, Depth> depths = new TreeMap<>();
    private final Map<String, FoundFile> calibrations = new TreeMap<>();
    private final Map<String, FoundFile> stereo = new TreeMap<>();
    private final List<Labelled> labelled = new ArrayList<>();
    private final List<KittiFrame> frames = new ArrayList<>();
    private final List<ImportSummary.Skipped> skipped = new ArrayList<>();

    private record Depth(FoundFile file, String split, String drive, String frame, int camera) {}

    private record Labelled(FoundFile picture, FoundFile semantics, String sequence, String frame) {}

    KittiFinder(KittiImport.Options options) {
        this.options = options;
    }

    List<KittiFrame> frames() {
        return frames;
    }

    List<ImportSummary.Skipped> skipped() {
        return skipped;
    }

    void find(List<SourceTree> trees) {
        for (SourceTree tree : trees) {
            for (String folder : tree.folders()) {
                for (String name : tree.names(folder)) {
                    look(tree, SourceTree.join(folder, name));
                }
            }
        }
        labelled.forEach(this::complete);
        pairDrives();
    }

    private void look(SourceTree tree, String path) {
        Matcher raw = RAW.matcher(path);
        Matcher depth = DEPTH.matcher(path);
        Matcher calibration = CALIBRATION.matcher(path);
        Matcher selected = SELECTED.matcher(path);
        Matcher labels = LABELLED.matcher(path);
        Matcher pair = STEREO.matcher(path);
        if (raw.matches()) {
            pictures.put(key(raw.group(1), raw.group(2), raw.group(3)), new FoundFile(tree, path));
        } else if (depth.matches()) {
            if (depth.group(3).equals(options.laserDepth() ? "velodyne_raw" : "groundtruth")) {
                String split = ("/" + depth.group(1)).endsWith("/val/") ? "val" : "train";
                int camera = Integer.parseInt(depth.group(4));
                depths.put(
                        key(depth.group(2), depth.group(4), depth.group(5)),
                        new Depth(new FoundFile(tree, path), split, depth.group(2), depth.group(5), camera));
            }
        } else if (calibration.matches()) {
            calibrations.put(calibration.group(1), new FoundFile(tree, path));
        } else if (selected.matches()) {
            selected(tree, path, selected);
        } else if (labels.matches()) {
            labelled(tree, path, labels);
        } else if (pair.matches()) {
            stereo.put(pair.group(1) + "/" + pair.group(2), new FoundFile(tree, path));
        }
    }

    private static String key(String drive, String camera, String frame) {
        return drive + "/" + frame + "_0" + camera;
    }

    private void selected(SourceTree tree, String path, Matcher name) {
        String kind = options.laserDepth() ? "velodyne_raw" : "groundtruth_depth";
        String end = "_" + name.group(3) + "_image_0" + name.group(4);
        String depth = name.group(1) + kind + "/" + name.group(2) + "_sync_" + kind + end + ".png";
        String camera = name.group(1) + "intrinsics/" + name.group(2) + "_sync_image" + end + ".txt";
        if (!options.cameras().contains(Integer.parseInt(name.group(4)))) {
            return;
        }
        if (!tree.has(depth)) {
            skip(path, tree.root().resolve(depth) + ": not there");
            return;
        }
        frames.add(KittiFrameBuilder.builder()
                .id("selection/" + key(name.group(2), name.group(4), name.group(3)))
                .split("val")
                .scene(SourceTree.idOf(name.group(2)))
                .rgb(new FoundFile(tree, path))
                .depth(new FoundFile(tree, depth))
                .calibration(tree.has(camera) ? new FoundFile(tree, camera) : null)
                .camera(Integer.parseInt(name.group(4)))
                .build());
    }

    private void labelled(SourceTree tree, String path, Matcher name) {
        String semantics = name.group(1) + "/semantic/" + name.group(2) + name.group(3) + ".png";
        if (tree.has(semantics)) {
            labelled.add(new Labelled(
                    new FoundFile(tree, path),
                    new FoundFile(tree, semantics),
                    name.group(2),
                    name.group(2) + name.group(3)));
        }
    }

    /** Calibration and disparity come in archives of their own, which may have been unpacked elsewhere. */
    private void complete(Labelled frame) {
        FoundFile calibration = stereo.get("calib_cam_to_cam/" + frame.sequence);
        FoundFile disparity = stereo.getOrDefault("disp_occ_0/" + frame.frame, stereo.get("disp_noc_0/" + frame.frame));
        if (options.disparity() && (calibration == null || disparity == null)) {
            skip(
                    frame.picture.path(),
                    frame.picture.path() + ": found no "
                            + (disparity == null
                                    ? "disp_occ_0/" + frame.frame + ".png"
                                    : "calib_cam_to_cam/" + frame.sequence + ".txt")
                            + " for its depth; unpack data_scene_flow and its calibration as well, or import without disparity");
            return;
        }
        frames.add(KittiFrameBuilder.builder()
                .id("semantics/" + frame.frame)
                .split("train")
                .rgb(frame.picture)
                .semantics(frame.semantics)
                .disparity(options.disparity() ? disparity : null)
                .calibration(calibration)
                .camera(2)
                .build());
    }

    /** Pictures without depth are many and as it should be; depth without its picture is told, once a drive. */
    private void pairDrives() {
        Map<String, Integer> unmatched = new TreeMap<>();
        Map<String, Integer> seen = new TreeMap<>();
        for (Map.Entry<String, Depth> entry : depths.entrySet()) {
            Depth depth = entry.getValue();
            FoundFile picture = pictures.get(entry.getKey());
            if (!options.cameras().contains(depth.camera)) {
                continue;
            }
            if (picture == null) {
                unmatched.merge(depth.drive, 1, Integer::sum);
            } else if ((seen.merge(depth.drive + depth.camera, 1, Integer::sum) - 1) % options.every() == 0) {
                frames.add(KittiFrameBuilder.builder()
                        .id(entry.getKey())
                        .split(depth.split)
                        .scene(depth.drive)
                        .rgb(picture)
                        .depth(depth.file)
                        .calibration(calibrations.get(depth.drive.substring(0, 10)))
                        .camera(depth.camera)
                        .build());
            }
        }
        unmatched.forEach((drive, count) -> skip(
                drive,
                drive + ": found " + count + " depth maps without their pictures; unpack the raw drive as well"));
    }

    private void skip(String source, String reason) {
        skipped.add(new ImportSummary.Skipped(source, reason));
    }

    /** A file in one of the roots. */
    record FoundFile(SourceTree tree, String path) {
        /** @throws dev.understudy.files.DataException if a link leads out of the root */
        Path resolve() {
            return tree.resolve(path);
        }
    }

    /**
     * What belongs together; nothing has been opened yet.
     *
     * @param id without prefix
     * @param scene the drive; null where it is not known
     * @param semantics labels by Cityscapes' ids
     * @param disparity to the right camera, from which {@code depth} is to be made if that is null
     * @param calibration {@code calib_cam_to_cam.txt} of the drive, or the nine numbers of a selected frame
     * @param camera 2 or 3
     */
    @RecordBuilder
    @RecordBuilder.Options(prefixEnclosingClassNames = false)
    record KittiFrame(
            String id,
            @Nullable String split,
            @Nullable String scene,
            FoundFile rgb,
            @Nullable FoundFile depth,
            @Nullable FoundFile semantics,
            @Nullable FoundFile disparity,
            @Nullable FoundFile calibration,
            int camera) {}
}
