package dev.understudy.dataset.frame;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.DataException;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
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
        manifest.classSpaces().forEach(name -> spaces.put(name, space(manifest.folder(), name)));
    }

    /** As a manifest names it: a built-in space, or the path of a YAML file inside the manifest's folder. */
    private static ClassSpace space(Path folder, String name) {
        try {
            boolean file = name.endsWith(".yaml") && Files.exists(folder.resolve(name));
            return ClassSpace.load(file ? FrameRules.resolve(folder, name).toString() : name);
        } catch (ConfigurationException e) {
            throw new DataException("the manifest in " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public int size() {
        return manifest.size();
    }

    @Override
    public FrameRecord record(int index) {
        return manifest.frames().get(index);
    }

    /** The class space of a frame's segmentation; null if it has none. */
    public @Nullable ClassSpace classSpace(int index) {
        FrameRecord record = record(index);
        return record.segmentation() == null ? null : spaces.get(record.classes());
    }

    @Override
    public Frame read(int index) {
        FrameRecord record = record(index);
        Path rgbFile = resolve(record.rgb());
        RgbImage rgb = RgbFiles.read(rgbFile, maxPixels);
        return new Frame(
                record,
                rgb,
                depth(record, rgbFile, rgb),
                segmentation(index, record, rgbFile, rgb),
                normals(record, rgbFile, rgb));
    }

    private @Nullable DepthMap depth(FrameRecord record, Path rgbFile, RgbImage rgb) {
        if (record.depth() == null || record.depthScale() == null) {
            return null;
        }
        Path file = resolve(record.depth());
        DepthMap depth = DepthFiles.read(file, record.depthScale(), maxPixels);
        checkSize(file, depth.width(), depth.height(), rgbFile, rgb);
        return depth;
    }

    private @Nullable LabelMap segmentation(int index, FrameRecord record, Path rgbFile, RgbImage rgb) {
        if (record.segmentation() == null) {
            return null;
        }
        Path file = resolve(record.segmentation());
        LabelMap labels = LabelFiles.read(file, maxPixels);
        checkSize(file, labels.width(), labels.height(), rgbFile, rgb);
        ClassSpace space = classSpace(index);
        if (space != null) {
            checkClasses(file, labels, space);
        }
        return labels;
    }

    private @Nullable NormalMap normals(FrameRecord record, Path rgbFile, RgbImage rgb) {
        if (record.normals() == null) {
            return null;
        }
        Path file = resolve(record.normals());
        NormalMap normals = NormalFiles.read(file, maxPixels);
        checkSize(file, normals.width(), normals.height(), rgbFile, rgb);
        return normals;
    }

    private Path resolve(String path) {
        return FrameRules.resolve(manifest.folder(), path);
    }

    private static void checkSize(Path file, int width, int height, Path rgbFile, RgbImage rgb) {
        if (width != rgb.width() || height != rgb.height()) {
            throw new DataException(file + ": found " + width + "×" + height + " pixels, expected " + rgb.width() + "×"
                    + rgb.height() + " as in " + rgbFile + "; pair the right files, or bring them to one size");
        }
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
