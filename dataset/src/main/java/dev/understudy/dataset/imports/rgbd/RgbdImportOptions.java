package dev.understudy.dataset.imports.rgbd;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.imports.PictureImport.Orientation;
import dev.understudy.dataset.signs.DepthSigns.DepthBits;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to import, from where, and how to read it.
 *
 * @param root the folder with the sequences, or with one; nothing outside it is read
 * @param out where the manifest goes, outside of {@code root}. If {@code root} is inside it, files that need no change
 *     stay where they are and are referred to; otherwise they are copied
 * @param every of each sequence, the first frame and each {@code every}th after it
 * @param maxGap seconds between a picture and its depth that are allowed; if not given, what is usual for the layout
 * @param depthScale units per metre of the depth files; if not given, what is usual for the layout
 * @param depthBits how the bits of the depth files' values are to be read
 * @param invalid depth values, as they are read by {@code depthBits}, that mean "no measurement", besides 0
 * @param intrinsics of the colour camera, for all frames; if not given, what the sequence declares
 * @param split for all frames; if not given, what the sequence declares
 * @param scene a regular expression with one group, searched for in each id, that says which scene a frame belongs to;
 *     if not given, its sequence
 * @param orientation which way a JPEG with an EXIF orientation is turned
 * @param idPrefix put before every id, such as {@code kitchen/}
 */
@RecordBuilder
public record RgbdImportOptions(
        Path root,
        Path out,
        RgbdLayout layout,
        @Default("1") int every,
        @Nullable Double maxGap,
        @Nullable Double depthScale,
        @Default("plain") DepthBits depthBits,
        @Default("[65535]") List<Integer> invalid,
        @Nullable Intrinsics intrinsics,
        @Nullable String split,
        @Nullable String scene,
        @Default("auto") Orientation orientation,
        @Default("''") String idPrefix,
        @Default("" + ImageHeader.DEFAULT_MAX_PIXELS) long maxPixels)
        implements RgbdImportOptionsBuilder.With {
    public RgbdImportOptions {
        Checks checks = new Checks()
                .atLeast("every", every, 1)
                .that(
                        depthScale == null || layout != RgbdLayout.NYUD_RAW,
                        "depthScale",
                        "is known for nyud-raw; leave it out")
                .that(
                        depthBits == DepthBits.PLAIN || layout != RgbdLayout.NYUD_RAW,
                        "depthBits",
                        "are known for nyud-raw; leave them out")
                .that(idPrefix.matches("[A-Za-z0-9._/-]*"), "idPrefix", "must be of letters, digits and . _ / -")
                .atLeast("maxPixels", maxPixels, 1);
        if (depthScale != null) {
            checks.positive("depthScale", depthScale);
        }
        if (maxGap != null) {
            checks.inRange("maxGap", maxGap, 0, 3600);
        }
        for (int i = 0; i < invalid.size(); i++) {
            checks.inRange("invalid." + i, invalid.get(i), 0, 65535);
        }
        checks.verify();
        invalid = List.copyOf(invalid);
    }

    /** With everything as is usual for the layout. */
    public static RgbdImportOptions of(Path root, Path out, RgbdLayout layout) {
        return RgbdImportOptionsBuilder.builder()
                .root(root)
                .out(out)
                .layout(layout)
                .every(1)
                .depthBits(DepthBits.PLAIN)
                .invalid(List.of(65535))
                .orientation(Orientation.AUTO)
                .idPrefix("")
                .maxPixels(ImageHeader.DEFAULT_MAX_PIXELS)
                .build();
    }

    double gap() {
        return maxGap == null ? layout.maxGap() : maxGap;
    }

    double scale() {
        return depthScale == null ? layout.depthScale() : depthScale;
    }
}
