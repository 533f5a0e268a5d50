package dev.understudy.dataset.imports;

import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes pictures into a data set. One with an EXIF orientation becomes a PNG without, of the pixels that its maps
 * belong to, so that everybody who reads the data set sees it the same way up. Safe for use by several threads at once.
 */
public final class PictureImport {
    private final Orientation orientation;
    private final long maxPixels;
    private final Remarks remarks;

    public PictureImport(Orientation orientation, long maxPixels, Remarks remarks) {
        this.orientation = orientation;
        this.maxPixels = maxPixels;
        this.remarks = remarks;
    }

    /**
     * A map that belongs to a picture.
     *
     * @param file for what is said of it
     */
    public record MapSize(Path file, int width, int height) {}

    /**
     * A picture whose header was read.
     *
     * @param asStored whether its pixels are taken as they are stored, although the file says that they are to be
     *     turned
     */
    public record Picture(Path file, ImageHeader header, boolean asStored) {
        boolean isRewritten() {
            return header.isTurned();
        }

        String extension() {
            return isRewritten() || header.format() == ImageHeader.Format.PNG ? ".png" : ".jpg";
        }
    }

    /**
     * Reads the header and decides which way up the picture is.
     *
     * @param maps that have to fit it
     * @throws DataException if it is no picture, or one of them does not fit
     */
    public Picture open(Path file, List<MapSize> maps) {
        ImageHeader header = ImageHeader.read(file, maxPixels);
        boolean shown = maps.stream().allMatch(map -> fits(map, header.shownWidth(), header.shownHeight()));
        boolean stored = maps.stream().allMatch(map -> fits(map, header.width(), header.height()));
        boolean asStored = orientation == Orientation.STORED || orientation == Orientation.AUTO && stored && !shown;
        if (!(asStored ? stored : shown)) {
            throw new DataException(mismatch(file, header, maps));
        }
        if (header.isTurned()) {
            remark(file, maps.isEmpty(), asStored, shown && stored);
        }
        return new Picture(file, header, asStored);
    }

    private static boolean fits(MapSize map, int width, int height) {
        return map.width == width && map.height == height;
    }

    private static String mismatch(Path file, ImageHeader header, List<MapSize> maps) {
        MapSize odd = maps.stream()
                .filter(map -> !fits(map, header.shownWidth(), header.shownHeight()))
                .findFirst()
                .orElse(maps.get(0));
        String turned = header.isTurned()
                ? " (or " + header.width() + "×" + header.height() + " as stored, before its EXIF orientation "
                        + header.orientation() + ")"
                : "";
        return odd.file + ": found " + odd.width + "×" + odd.height + " pixels, expected " + header.shownWidth() + "×"
                + header.shownHeight() + " as in " + file + turned
                + "; pair the right files, or bring them to one size";
    }

    private void remark(Path file, boolean alone, boolean asStored, boolean either) {
        if (orientation != Orientation.AUTO) {
            return;
        }
        String what = asStored
                ? "have a picture with an EXIF orientation that was not applied, since their labels or depth fit the stored"
                        + " pixels only"
                : "have a picture with an EXIF orientation and were turned by it, as viewers show them";
        if (!alone && either) {
            what +=
                    "; their labels or depth would fit the stored pixels too: look at some with 'dataset show', and if they"
                            + " are turned against each other, import with --orientation stored";
        }
        remarks.count(what, file.toString());
    }

    /** @param target its path in the data set without extension. @return its path for the manifest */
    public String place(Picture picture, String target, Placement placement) throws IOException {
        String whole = target + picture.extension();
        if (!picture.isRewritten()) {
            if (!placement.isMade(picture.file, whole)) {
                RgbFiles.read(picture.file, maxPixels);
            }
            return placement.take(picture.file, whole);
        }
        return placement.make(
                picture.file,
                picture.asStored ? "as stored" : "as shown",
                whole,
                (from, to) -> RgbFiles.writePng(to, read(from, picture.asStored)));
    }

    private RgbImage read(Path file, boolean asStored) {
        return asStored ? RgbFiles.readStored(file, maxPixels) : RgbFiles.read(file, maxPixels);
    }

    /** Which way a picture with an EXIF orientation is imported. */
    public enum Orientation {
        /**
         * As viewers show it, unless its labels, depth or normals fit in size only the pixels as they are stored. Where
         * they fit both ways, that is told.
         */
        AUTO,
        /** As viewers and most tools for annotation show it. */
        SHOWN,
        /** As the pixels are stored. */
        STORED
    }
}
