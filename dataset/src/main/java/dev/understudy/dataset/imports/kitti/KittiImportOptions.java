package dev.understudy.dataset.imports.kitti;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.image.ImageHeader;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;

/**
 * What to import, from where.
 *
 * @param roots folders with what was unpacked: raw drives, depth, the depth selection, semantics, in any mixture
 * @param out where the manifest goes. If all roots are inside it, files that need no change stay where they are
 * @param classes what labels become: {@code kitti6} or {@code cityscapes19}
 * @param laserDepth depth as the scanner measured it in one turn, instead of the denser one annotated from eleven
 * @param disparity depth of labelled frames from the stereo benchmark's disparity of the same pictures
 * @param cameras 2 (left) and 3 (right), the colour cameras
 * @param every of each drive, the first frame with depth and each {@code every}th after it
 * @param idPrefix put before every id
 */
@RecordBuilder
public record KittiImportOptions(
        List<Path> roots,
        Path out,
        @Default("kitti6") String classes,
        @Default("false") boolean laserDepth,
        @Default("false") boolean disparity,
        @Default("[2]") List<Integer> cameras,
        @Default("1") int every,
        @Default("'kitti/'") String idPrefix,
        @Default("" + ImageHeader.DEFAULT_MAX_PIXELS) long maxPixels)
        implements KittiImportOptionsBuilder.With {
    public KittiImportOptions {
        new Checks()
                .notEmpty("roots", roots)
                .notEmpty("cameras", cameras)
                .that(
                        cameras.stream().allMatch(camera -> camera == 2 || camera == 3),
                        "cameras",
                        "must be 2 and 3, the colour cameras, found " + cameras)
                .atLeast("every", every, 1)
                .that(idPrefix.matches("[A-Za-z0-9._/-]*"), "idPrefix", "must be of letters, digits and . _ / -")
                .atLeast("maxPixels", maxPixels, 1)
                .verify();
        roots = List.copyOf(roots);
        cameras = List.copyOf(cameras);
    }

    /** With everything as usual. */
    public static KittiImportOptions of(Path root, Path out) {
        return KittiImportOptionsBuilder.builder()
                .roots(List.of(root))
                .out(out)
                .classes("kitti6")
                .laserDepth(false)
                .disparity(false)
                .cameras(List.of(2))
                .every(1)
                .idPrefix("kitti/")
                .maxPixels(ImageHeader.DEFAULT_MAX_PIXELS)
                .build();
    }
}
