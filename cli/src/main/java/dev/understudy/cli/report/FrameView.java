package dev.understudy.cli.report;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link FramePages} show of a frame: its picture and maps, made small, and what is said of it. For one thread.
 */
public final class FrameView {
    public static final String PICTURE = "picture";

    /** What all but a few of the measured pixels are nearer than. */
    private static final double FAR_SHARE = 0.98;

    private static final double OPACITY = 0.65;

    private final Frame frame;
    private final RgbImage small;
    private final Map<String, RgbImage> pictures = new LinkedHashMap<>();
    private final List<String> facts = new ArrayList<>();
    private final long[] classPixels = new long[LabelMap.IGNORE];
    private @Nullable Double value;

    /** @param width that pictures are made smaller to, if they are wider */
    public FrameView(Frame frame, int width) {
        this.frame = frame;
        this.small = MapPictures.thumbnail(frame.rgb(), width);
        pictures.put(PICTURE, small);
        fact(frame.width() + "×" + frame.height());
        if (frame.record().split() != null) {
            fact(frame.record().split());
        }
    }

    public FrameView fact(String fact) {
        facts.add(fact);
        return this;
    }

    /** @param least the frames with the least are shown first */
    public FrameView value(double least) {
        value = least;
        return this;
    }

    /** Labels over the picture; their classes are those by which the frame is found. */
    public FrameView labels(String caption, LabelMap labels, ClassSpace space) {
        for (byte index : labels.classes()) {
            if ((index & 0xFF) < space.size()) {
                classPixels[index & 0xFF]++;
            }
        }
        return others(caption, labels, space);
    }

    /** As {@link #labels}, without a say in how the frame is found. */
    public FrameView others(String caption, LabelMap labels, ClassSpace space) {
        byte[] sampled = new byte[small.width() * small.height()];
        for (int i = 0; i < sampled.length; i++) {
            sampled[i] = (byte) labels.classAt(under(i));
        }
        return put(
                caption,
                MapPictures.overlay(small, new LabelMap(small.width(), small.height(), sampled), space, OPACITY));
    }

    /** @param values [H,W], 0–1, dark to bright */
    public FrameView share(String caption, float[] values) {
        byte[] sampled = new byte[small.width() * small.height()];
        for (int i = 0; i < sampled.length; i++) {
            sampled[i] = (byte) Math.round(255 * values[under(i)]);
        }
        return put(caption, MapPictures.share(small.width(), small.height(), sampled));
    }

    /** The frame's pixel in the middle of one of the small picture. */
    private int under(int pixel) {
        int x = (2 * (pixel % small.width()) + 1) * frame.width() / (2 * small.width());
        int y = (2 * (pixel / small.width()) + 1) * frame.height() / (2 * small.height());
        return y * frame.width() + x;
    }

    /** As bright as it is far, among the depths of this frame. */
    public FrameView depth(String caption, DepthMap depth) {
        double far = far(depth);
        fact(String.format(Locale.ROOT, "%s to %.1f m", caption, far));
        return depth(caption, depth, far);
    }

    /** @param farMetres that is shown brightest */
    public FrameView depth(String caption, DepthMap depth, double farMetres) {
        float[] sampled = new float[small.width() * small.height()];
        for (int i = 0; i < sampled.length; i++) {
            sampled[i] = depth.metres()[under(i)];
        }
        return put(caption, MapPictures.depth(new DepthMap(small.width(), small.height(), sampled), farMetres));
    }

    public FrameView normals(String caption, NormalMap normals) {
        float[] sampled = new float[3 * small.width() * small.height()];
        for (int i = 0; i < sampled.length; i++) {
            sampled[i] = normals.xyz()[3 * under(i / 3) + i % 3];
        }
        return put(caption, MapPictures.normals(new NormalMap(small.width(), small.height(), sampled)));
    }

    private FrameView put(String caption, RgbImage picture) {
        pictures.put(caption, picture);
        return this;
    }

    private static double far(DepthMap depth) {
        float[] sorted = depth.metres().clone();
        Arrays.sort(sorted);
        int first = Arrays.binarySearch(sorted, Float.MIN_VALUE);
        first = first < 0 ? -first - 1 : first;
        return first == sorted.length ? 1 : sorted[first + (int) ((sorted.length - 1 - first) * FAR_SHARE)];
    }

    /** Share of the annotated pixels that have the annotated class, 0–1; NaN if none is annotated. */
    public static double right(LabelMap answer, LabelMap truth) {
        int right = 0;
        int all = 0;
        for (int i = 0; i < truth.classes().length; i++) {
            if (truth.classAt(i) != LabelMap.IGNORE) {
                all++;
                right += answer.classAt(i) == truth.classAt(i) ? 1 : 0;
            }
        }
        return all == 0 ? Double.NaN : (double) right / all;
    }

    String id() {
        return frame.id();
    }

    Map<String, RgbImage> pictures() {
        return pictures;
    }

    List<String> facts() {
        return facts;
    }

    /** By class: how many pixels. */
    long[] classPixels() {
        return classPixels;
    }

    @Nullable
    Double value() {
        return value;
    }
}
