package dev.understudy.dataset.imports.nyud;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.matlab.FrameStack;
import dev.understudy.dataset.imports.matlab.MatVersion73;
import dev.understudy.files.DataException;
import java.util.Arrays;
import java.util.List;

/**
 * The frames of the labelled file. Each block of neighbouring frames is read once, when the first of it is asked for, and
 * kept until another is. Safe for several threads, which had better stay in one block.
 */
final class NyudFrames {
    private static final long BLOCK = 96L << 20;

    private final MatVersion73 file;
    private final FrameStack images;
    private final FrameStack depths;
    private final FrameStack labels;
    private final NyudClasses classes;
    private final int width;
    private final int height;
    private final int block;

    private int first = -1;
    private byte[] rgb = {};
    private byte[] metres = {};
    private byte[] ids = {};

    NyudFrames(MatVersion73 file, boolean rawDepth, NyudClasses classes) {
        this.file = file;
        this.classes = classes;
        images = file.stack("images");
        depths = file.stack(rawDepth ? "rawDepths" : "depths");
        labels = file.stack("labels");
        int[] shape = images.frameShape();
        require(images, "images", FrameStack.Type.UINT8, shape.length == 3 && shape[0] == 3);
        width = shape[1];
        height = shape[2];
        int[] plane = {width, height};
        require(depths, "depths", FrameStack.Type.FLOAT32, Arrays.equals(depths.frameShape(), plane));
        require(labels, "labels", FrameStack.Type.UINT16, Arrays.equals(labels.frameShape(), plane));
        long bytes = (long) images.bytesAFrame() + depths.bytesAFrame() + labels.bytesAFrame();
        long together = Math.max(images.framesAChunk(), Math.max(depths.framesAChunk(), labels.framesAChunk()));
        long wanted = (ImportRun.AT_ONCE + together - 1) / together * together;
        block = (int) Math.max(1, Math.min(wanted, BLOCK / bytes));
    }

    private void require(FrameStack stack, String name, FrameStack.Type type, boolean shaped) {
        if (stack.type() != type || !shaped || stack.frames() != images.frames()) {
            throw new DataException(file.path() + ": found array '" + name + "' of " + stack.frames() + "×"
                    + Arrays.toString(stack.frameShape()) + " " + stack.type()
                    + ", expected N×[3, W, H] UINT8 images, N×[W, H] FLOAT32 depths and UINT16 labels, in the order of"
                    + " HDF5; is this nyu_depth_v2_labeled.mat?");
        }
    }

    int count() {
        return images.frames();
    }

    /** How many neighbouring frames, from a multiple of it, are read together. */
    int block() {
        return block;
    }

    /** A frame's arrays and where in them it starts: they hold a whole block. */
    private record Place(byte[] bytes, int start) {}

    private synchronized Place place(FrameStack stack, int frame) {
        int start = frame / block * block;
        if (start != first) {
            int count = Math.min(block, count() - start);
            first = -1;
            rgb = images.read(start, count);
            metres = depths.read(start, count);
            ids = labels.read(start, count);
            first = start;
        }
        byte[] bytes = stack == images ? rgb : stack == depths ? metres : ids;
        return new Place(bytes, (frame - start) * stack.bytesAFrame());
    }

    /** MATLAB's columns are rows here: what the file holds as (channel, x, y) becomes (y, x, channel). */
    RgbImage rgb(int frame) {
        Place place = place(images, frame);
        byte[] pixels = new byte[width * height * 3];
        for (int c = 0; c < 3; c++) {
            for (int x = 0; x < width; x++) {
                int from = place.start + (c * width + x) * height;
                for (int y = 0; y < height; y++) {
                    pixels[(y * width + x) * 3 + c] = place.bytes[from + y];
                }
            }
        }
        return new RgbImage(width, height, pixels);
    }

    DepthMap depth(int frame) {
        Place place = place(depths, frame);
        float[] pixels = new float[width * height];
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                int from = place.start + (x * height + y) * 4;
                int bits = (place.bytes[from] & 0xFF)
                        | (place.bytes[from + 1] & 0xFF) << 8
                        | (place.bytes[from + 2] & 0xFF) << 16
                        | place.bytes[from + 3] << 24;
                float depth = Float.intBitsToFloat(bits);
                pixels[y * width + x] = depth > 0 && Float.isFinite(depth) ? depth : 0;
            }
        }
        return new DepthMap(width, height, pixels);
    }

    /** @throws DataException if a label is none of the file's classes */
    LabelMap labels(int frame, List<String> names) {
        Place place = place(labels, frame);
        byte[] pixels = new byte[width * height];
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                int from = place.start + (x * height + y) * 2;
                int label = (place.bytes[from] & 0xFF) | (place.bytes[from + 1] & 0xFF) << 8;
                int index = classes.nyud40(label);
                if (index < 0) {
                    throw new DataException(file.path() + ": found label " + label + " in frame " + (frame + 1)
                            + " at pixel x " + x + ", y " + y + ", expected 0–" + names.size());
                }
                pixels[y * width + x] = (byte) index;
            }
        }
        return new LabelMap(width, height, pixels);
    }
}
