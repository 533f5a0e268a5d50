package dev.understudy.trainer.data;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Training frames as bytes and back, every number as it was. Uncompressed: to inflate would take longer than to decode
 * the pictures again. Little-endian: width, height, a bit for each part that is there, top-k, id, then the parts.
 */
final class FrameBytes {
    private static final int HEADER = 4 * Integer.BYTES;
    private static final int POSE = 12;
    private static final int LENS = 4;

    /** Parts that a frame may have or lack, by bit. */
    private enum Part {
        SEGMENTATION,
        WEIGHT,
        SOFT,
        DEPTH,
        NORMALS,
        VIEW,
        VIEWS_OWN_DEPTH;

        int bit() {
            return 1 << ordinal();
        }
    }

    private FrameBytes() {}

    static ByteBuffer of(TrainingFrame frame) {
        byte[] id = frame.id().getBytes(StandardCharsets.UTF_8);
        int width = frame.rgb().width();
        int height = frame.rgb().height();
        int parts = parts(frame);
        SoftLabels soft = frame.soft();
        int topK = soft == null ? 0 : soft.topK();
        TrainingFrame.SceneView view = frame.view();
        byte[] scene = view == null ? new byte[0] : view.scene().getBytes(StandardCharsets.UTF_8);
        long size = HEADER + text(id) + (view == null ? 0 : text(scene) + Double.BYTES * (POSE + LENS));
        ByteBuffer bytes = allocate(size + (long) width * height * each(parts, topK));
        bytes.putInt(width).putInt(height).putInt(parts).putInt(topK);
        bytes.putInt(id.length).put(id).put(frame.rgb().rgb());
        if (frame.segmentation() != null) {
            bytes.put(frame.segmentation().classes());
        }
        put(bytes, frame.segmentationWeight());
        if (soft != null) {
            bytes.put(soft.classes()).put(soft.levels());
        }
        put(bytes, frame.depth() == null ? null : frame.depth().metres());
        put(bytes, frame.normals() == null ? null : frame.normals().xyz());
        if (view != null) {
            bytes.putInt(scene.length).put(scene);
            putCamera(bytes, view.camera());
            put(bytes, has(parts, Part.VIEWS_OWN_DEPTH) ? view.depth().metres() : null);
        }
        return bytes.flip();
    }

    /** @throws IllegalArgumentException if these are not the bytes of a frame */
    static TrainingFrame read(ByteBuffer bytes) {
        try {
            return frame(bytes.order(ByteOrder.LITTLE_ENDIAN));
        } catch (BufferUnderflowException | NegativeArraySizeException | ArithmeticException e) {
            throw new IllegalArgumentException("not a frame", e);
        }
    }

    private static TrainingFrame frame(ByteBuffer bytes) {
        int width = bytes.getInt();
        int height = bytes.getInt();
        int pixels = Math.multiplyExact(width, height);
        int parts = bytes.getInt();
        int topK = bytes.getInt();
        TrainingFrameBuilder frame = TrainingFrameBuilder.builder()
                .id(new String(bytes(bytes, bytes.getInt()), StandardCharsets.UTF_8))
                .rgb(new RgbImage(width, height, bytes(bytes, Math.multiplyExact(3, pixels))));
        if (has(parts, Part.SEGMENTATION)) {
            frame.segmentation(new LabelMap(width, height, bytes(bytes, pixels)));
        }
        if (has(parts, Part.WEIGHT)) {
            frame.segmentationWeight(floats(bytes, pixels));
        }
        if (has(parts, Part.SOFT)) {
            int levels = Math.multiplyExact(topK, pixels);
            frame.soft(new SoftLabels(topK, bytes(bytes, levels), bytes(bytes, levels)));
        }
        DepthMap depth = has(parts, Part.DEPTH) ? new DepthMap(width, height, floats(bytes, pixels)) : null;
        frame.depth(depth);
        if (has(parts, Part.NORMALS)) {
            frame.normals(new NormalMap(width, height, floats(bytes, Math.multiplyExact(3, pixels))));
        }
        return has(parts, Part.VIEW)
                ? frame.view(view(bytes, has(parts, Part.VIEWS_OWN_DEPTH), depth, width, height))
                        .build()
                : frame.build();
    }

    private static int parts(TrainingFrame frame) {
        int parts = frame.segmentation() == null ? 0 : Part.SEGMENTATION.bit();
        parts |= frame.segmentationWeight() == null ? 0 : Part.WEIGHT.bit();
        parts |= frame.soft() == null ? 0 : Part.SOFT.bit();
        parts |= frame.depth() == null ? 0 : Part.DEPTH.bit();
        parts |= frame.normals() == null ? 0 : Part.NORMALS.bit();
        parts |= frame.view() == null ? 0 : Part.VIEW.bit();
        boolean own = frame.view() != null && frame.view().depth() != frame.depth();
        return parts | (own ? Part.VIEWS_OWN_DEPTH.bit() : 0);
    }

    /** Bytes of a pixel. */
    private static int each(int parts, int topK) {
        return 3
                + (has(parts, Part.SEGMENTATION) ? 1 : 0)
                + (has(parts, Part.WEIGHT) ? Float.BYTES : 0)
                + 2 * topK
                + (has(parts, Part.DEPTH) ? Float.BYTES : 0)
                + (has(parts, Part.NORMALS) ? 3 * Float.BYTES : 0)
                + (has(parts, Part.VIEWS_OWN_DEPTH) ? Float.BYTES : 0);
    }

    private static boolean has(int parts, Part part) {
        return (parts & part.bit()) != 0;
    }

    private static int text(byte[] utf8) {
        return Integer.BYTES + utf8.length;
    }

    private static ByteBuffer allocate(long size) {
        return ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(ByteBuffer bytes, float @Nullable [] values) {
        if (values != null) {
            bytes.asFloatBuffer().put(values);
            bytes.position(bytes.position() + Float.BYTES * values.length);
        }
    }

    private static byte[] bytes(ByteBuffer from, int count) {
        requireLeft(from, count);
        byte[] bytes = new byte[count];
        from.get(bytes);
        return bytes;
    }

    private static float[] floats(ByteBuffer from, int count) {
        requireLeft(from, (long) Float.BYTES * count);
        float[] values = new float[count];
        from.asFloatBuffer().get(values);
        from.position(from.position() + Float.BYTES * count);
        return values;
    }

    /** Before memory is taken for them. */
    private static void requireLeft(ByteBuffer from, long count) {
        if (count < 0 || count > from.remaining()) {
            throw new BufferUnderflowException();
        }
    }

    private static void putCamera(ByteBuffer bytes, PinholeView camera) {
        Pose p = camera.pose();
        for (double number : new double[] {
            p.xx(), p.xy(), p.xz(), p.tx(), p.yx(), p.yy(), p.yz(), p.ty(), p.zx(), p.zy(), p.zz(), p.tz()
        }) {
            bytes.putDouble(number);
        }
        Intrinsics lens = camera.intrinsics();
        bytes.putDouble(lens.fx()).putDouble(lens.fy()).putDouble(lens.cx()).putDouble(lens.cy());
    }

    private static TrainingFrame.SceneView view(
            ByteBuffer bytes, boolean ownDepth, @Nullable DepthMap depth, int width, int height) {
        String scene = new String(bytes(bytes, bytes.getInt()), StandardCharsets.UTF_8);
        double[] p = new double[POSE + LENS];
        for (int i = 0; i < p.length; i++) {
            p[i] = bytes.getDouble();
        }
        Pose pose = new Pose(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11]);
        Intrinsics lens = new Intrinsics(p[POSE], p[POSE + 1], p[POSE + 2], p[POSE + 3]);
        DepthMap seen = ownDepth ? new DepthMap(width, height, floats(bytes, width * height)) : depth;
        if (seen == null) {
            throw new IllegalArgumentException("a view without depth");
        }
        return new TrainingFrame.SceneView(scene, new PinholeView(pose, lens, width, height), seen);
    }
}
