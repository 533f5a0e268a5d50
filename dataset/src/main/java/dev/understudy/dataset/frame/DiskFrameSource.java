package dev.understudy.dataset.frame;

import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a manifest, read from disk and decoded at every call; nothing is kept. Every map must have the size of
 * its picture and every label must be a class of its space or {@link LabelMap#IGNORE}.
 */
public final class DiskFrameSource implements FrameSource {
    private final Manifest manifest;
    private final long maxPixels;
    private final Map<String, ClassSpace> spaces = new TreeMap<>();

    /** As {@link #DiskFrameSource(Manifest, long)} with {@link ImageHeader#DEFAULT_MAX_PIXELS}. */
    public DiskFrameSource(Manifest manifest) {
        this(manifest, ImageHeader.DEFAULT_MAX_PIXELS);
    }

    /**
     * @param maxPixels width × height that is still decoded
     * @throws DataException if the manifest mentions a class space that there is not
     */
    public DiskFrameSource(Manifest manifest, long maxPixels) {
        this.manifest = manifest;
        this.maxPixels = maxPixels;
        manifest.classSpaces().forEach(name -> spaces.put(name, manifest.classSpace(name)));
    }

    @Override
    public int size() {
        return manifest.size();
    }

    /** A class space of a user's own is called by its name here, and not by its file as in the manifest. */
    @Override
    public FrameRecord record(int index) {
        FrameRecord record = manifest.frames().get(index);
        ClassSpace space = classSpace(index);
        return space == null || space.name().equals(record.classes()) ? record : record.withClasses(space.name());
    }

    @Override
    public @Nullable ClassSpace classSpace(int index) {
        FrameRecord record = manifest.frames().get(index);
        return record.segmentation() == null ? null : spaces.get(record.classes());
    }

    @Override
    public Frame read(int index) {
        FrameRecord record = record(index);
        Path rgbFile = picture(index);
        RgbImage shown = RgbFiles.read(rgbFile, maxPixels);
        DepthMap depth = depth(record);
        LabelMap segmentation = segmentation(index, record);
        NormalMap normals = normals(record);
        List<Sized> maps = new ArrayList<>();
        if (depth != null && record.depth() != null) {
            maps.add(new Sized(record.depth(), depth.width(), depth.height()));
        }
        if (segmentation != null && record.segmentation() != null) {
            maps.add(new Sized(record.segmentation(), segmentation.width(), segmentation.height()));
        }
        if (normals != null && record.normals() != null) {
            maps.add(new Sized(record.normals(), normals.width(), normals.height()));
        }
        RgbImage rgb = fitting(rgbFile, shown, maps);
        return new Frame(record, rgb, depth, segmentation, normals);
    }

    /** A map's file and size. */
    private record Sized(String path, int width, int height) {
        boolean fits(RgbImage rgb) {
            return width == rgb.width() && height == rgb.height();
        }
    }

    /**
     * As importers decide: a picture is turned as its EXIF orientation asks for, unless its maps fit it unturned only.
     */
    private RgbImage fitting(Path rgbFile, RgbImage shown, List<Sized> maps) {
        for (Sized map : maps) {
            if (!map.fits(shown)) {
                RgbImage stored = ImageHeader.read(rgbFile, maxPixels).isTurned()
                        ? RgbFiles.readStored(rgbFile, maxPixels)
                        : shown;
                maps.forEach(each -> checkSize(each, rgbFile, stored));
                return stored;
            }
        }
        return shown;
    }

    private void checkSize(Sized map, Path rgbFile, RgbImage rgb) {
        if (!map.fits(rgb)) {
            throw new DataException(resolve(map.path) + ": found " + map.width + "×" + map.height
                    + " pixels, expected " + rgb.width() + "×" + rgb.height() + " as in " + rgbFile
                    + "; pair the right files, or bring them to one size");
        }
    }

    /** The file of a frame's picture. */
    public Path picture(int index) {
        return resolve(record(index).rgb());
    }

    private @Nullable DepthMap depth(FrameRecord record) {
        return record.depth() == null || record.depthScale() == null
                ? null
                : DepthFiles.read(resolve(record.depth()), record.depthScale(), maxPixels);
    }

    private @Nullable LabelMap segmentation(int index, FrameRecord record) {
        if (record.segmentation() == null) {
            return null;
        }
        Path file = resolve(record.segmentation());
        LabelMap labels = LabelFiles.read(file, maxPixels);
        ClassSpace space = classSpace(index);
        if (space != null) {
            checkClasses(file, labels, space);
        }
        return labels;
    }

    private @Nullable NormalMap normals(FrameRecord record) {
        return record.normals() == null ? null : NormalFiles.read(resolve(record.normals()), maxPixels);
    }

    private Path resolve(String path) {
        return FrameRules.resolve(manifest.folder(), path);
    }

    private static void checkClasses(Path file, LabelMap labels, ClassSpace space) {
        for (int i = 0; i < labels.classes().length; i++) {
            int found = labels.classAt(i);
            if (found >= space.size() && found != LabelMap.IGNORE) {
                throw new DataException(file + ": found class index " + found + " at pixel x " + i % labels.width()
                        + ", y " + i / labels.width() + ", expected 0–" + (space.size() - 1) + " of " + space.name()
                        + " or 255 for ignore; correct the labels or the class space");
            }
        }
    }
}
