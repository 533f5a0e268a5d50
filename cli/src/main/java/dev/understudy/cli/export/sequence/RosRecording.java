package dev.understudy.cli.export.sequence;

import dev.understudy.cli.export.sequence.McapFile.LittleEndian;
import dev.understudy.cli.export.sequence.SequenceExport.PredictedView;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.ClassSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SortedMap;

/**
 * A sequence as a recording for ROS 2: pictures (rgb8), depth (16UC1, millimetres, 0 = none), labels (mono8, indices,
 * 255 = none), the camera, its pose and the transform from {@value #WORLD} to {@value #CAMERA}, and the class list at
 * the beginning.
 */
final class RosRecording implements AutoCloseable {
    static final String WORLD = "world";
    static final String CAMERA = "camera_optical_frame";
    private static final double MILLIMETRES = 1000;
    private static final int MOST = 0xFFFF;

    private final McapFile file;
    private final ClassSpace classes;
    private final int classList;
    private final int transforms;
    private final int pose;
    private final int camera;
    private final int rgb;
    private final int depth;
    private final int labels;
    private boolean begun;

    /** @param origin what labels and depth come from */
    RosRecording(Path target, String library, ClassSpace classes, SortedMap<String, String> origin) throws IOException {
        this.file = new McapFile(target, library);
        this.classes = classes;
        classList = file.channel("/camera/label/classes", RosType.CLASS_LIST);
        transforms = file.channel("/tf", RosType.TRANSFORMS);
        pose = file.channel("/camera/pose", RosType.POSE);
        camera = file.channel("/camera/camera_info", RosType.CAMERA_INFO);
        rgb = file.channel("/camera/rgb/image", RosType.IMAGE);
        depth = file.channel("/camera/depth/image", RosType.IMAGE);
        labels = file.channel("/camera/label/image", RosType.IMAGE);
        file.metadata("understudy", origin);
    }

    void put(PredictedView frame) throws IOException {
        long time = frame.nanos();
        if (!begun) {
            begun = true;
            file.message(classList, time, classList(time));
        }
        Pose at = frame.view().pose();
        file.message(
                transforms,
                time,
                placed(new Cdr().u32(1).header(time, WORLD).text(CAMERA), at).toBytes());
        file.message(pose, time, placed(new Cdr().header(time, WORLD), at).toBytes());
        file.message(camera, time, camera(frame));
        int width = frame.rgb().width();
        int height = frame.rgb().height();
        file.message(
                rgb, time, image(time, width, height, "rgb8", 3, frame.rgb().rgb()));
        file.message(
                depth,
                time,
                image(time, width, height, "16UC1", 2, millimetres(frame.depth().metres())));
        file.message(
                labels,
                time,
                image(time, width, height, "mono8", 1, frame.labels().classes()));
    }

    private byte[] classList(long time) {
        Cdr list = new Cdr().header(time, CAMERA).u32(classes.size());
        for (int index = 0; index < classes.size(); index++) {
            list.u16(index).text(classes.className(index));
        }
        return list.f32(0).toBytes();
    }

    private static Cdr placed(Cdr message, Pose at) {
        return message.f64(at.tx(), at.ty(), at.tz()).f64(at.quaternion());
    }

    private static byte[] camera(PredictedView frame) {
        Intrinsics k = frame.view().intrinsics();
        return new Cdr()
                .header(frame.nanos(), CAMERA)
                .u32(frame.rgb().height())
                .u32(frame.rgb().width())
                .text("plumb_bob")
                .u32(5)
                .f64(0, 0, 0, 0, 0)
                .f64(k.fx(), 0, k.cx(), 0, k.fy(), k.cy(), 0, 0, 1)
                .f64(1, 0, 0, 0, 1, 0, 0, 0, 1)
                .f64(k.fx(), 0, k.cx(), 0, 0, k.fy(), k.cy(), 0, 0, 0, 1, 0)
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .u8(0)
                .toBytes();
    }

    private static byte[] image(long time, int width, int height, String encoding, int bytes, byte[] pixels) {
        return new Cdr(pixels.length + 128)
                .header(time, CAMERA)
                .u32(height)
                .u32(width)
                .text(encoding)
                .u8(0)
                .u32((long) bytes * width)
                .bytes(pixels)
                .toBytes();
    }

    private static byte[] millimetres(float[] metres) {
        byte[] pixels = new byte[2 * metres.length];
        for (int i = 0; i < metres.length; i++) {
            // What is no number, and what is not in front of the camera, is 0
            int value = metres[i] > 0 ? (int) Math.min(MOST, Math.rint(MILLIMETRES * metres[i])) : 0;
            pixels[2 * i] = (byte) value;
            pixels[2 * i + 1] = (byte) (value >> 8);
        }
        return pixels;
    }

    void publish() throws IOException {
        file.publish();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /**
     * A message as ROS 2 encodes it: Common Data Representation, lowest byte first, every number at a multiple of its
     * size counted from the end of the four bytes of the header. Fields are written in the order of the message's
     * definition.
     */
    static final class Cdr {
        private static final byte[] HEADER = {0, 1, 0, 0};

        private final LittleEndian out;

        public Cdr() {
            this(256);
        }

        /** @param bytes that it will have, about */
        public Cdr(int bytes) {
            out = new LittleEndian(bytes);
            out.raw(HEADER);
        }

        private LittleEndian aligned(int size) {
            while ((out.size() - HEADER.length) % size != 0) {
                out.u8(0);
            }
            return out;
        }

        /** A header: time stamp and frame. */
        public Cdr header(long nanos, String frame) {
            return u32(Math.floorDiv(nanos, 1_000_000_000L))
                    .u32(Math.floorMod(nanos, 1_000_000_000L))
                    .text(frame);
        }

        public Cdr u8(int value) {
            out.u8(value);
            return this;
        }

        public Cdr u16(int value) {
            aligned(2).u16(value);
            return this;
        }

        public Cdr u32(long value) {
            aligned(4).u32(value);
            return this;
        }

        public Cdr f32(float value) {
            aligned(4).f32(value);
            return this;
        }

        /** As many numbers in a row: an array of fixed length. */
        public Cdr f64(double... values) {
            for (double value : values) {
                aligned(8).f64(value);
            }
            return this;
        }

        public Cdr text(String text) {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            u32(content.length + 1L);
            out.raw(content).u8(0);
            return this;
        }

        /** A sequence of bytes, its length before it. */
        public Cdr bytes(byte[] content) {
            u32(content.length);
            out.raw(content);
            return this;
        }

        public byte[] toBytes() {
            return out.toBytes();
        }
    }
}
