package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Measures fusing one long scene: {@code frames metres-between-frames megabytes classes}. A camera of 640×480 goes
 * along a hall of 4 × 3 m that never ends, so the map grows with every frame; depth and evidence are the same for all
 * and cost a copy to read. Prints the report, the most memory of the heap's parts, and the time of a frame. Run it
 * with {@code -XX:+UseSerialGC} and a limit little above the megabytes.
 */
public final class HallRun extends MadeScene {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final Intrinsics CAMERA = new Intrinsics(585, 585, 320, 240);
    private static final double HALF_WIDTH = 2;
    private static final double HALF_HEIGHT = 1.5;
    private static final float FARTHEST_SEEN = 12;
    private static final int TOP_K = 5;
    private static final int BLOCK = 40;
    private static final long SEED = 1;

    private final DepthMap depth = hall();
    private final SegmentationEvidence evidence;
    private final SortedSet<Integer> winners = new TreeSet<>();

    private HallRun(int frames, double step, int classes) {
        super(WIDTH, HEIGHT);
        for (int frame = 0; frame < frames; frame++) {
            List<Double> pose = new ArrayList<>(Pose.IDENTITY.matrix());
            pose.set(11, frame * step);
            records.add(FrameRecord.of(String.format(Locale.ROOT, "hall/%06d", frame), "rgb.png")
                    .depth("depth.png")
                    .scene("hall")
                    .pose(pose)
                    .intrinsics(CAMERA)
                    .build());
        }
        evidence = blocks(classes);
        IntStream.range(0, classes).forEach(winners::add);
    }

    private static DepthMap hall() {
        float[] metres = new float[WIDTH * HEIGHT];
        for (int pixel = 0; pixel < metres.length; pixel++) {
            double x = Math.abs(pixel % WIDTH - CAMERA.cx()) / CAMERA.fx();
            double y = Math.abs(pixel / WIDTH - CAMERA.cy()) / CAMERA.fy();
            float z = (float) Math.min(HALF_WIDTH / x, HALF_HEIGHT / y);
            metres[pixel] = z > FARTHEST_SEEN ? 0 : z;
        }
        return new DepthMap(WIDTH, HEIGHT, metres);
    }

    private static SegmentationEvidence blocks(int classes) {
        int pixels = WIDTH * HEIGHT;
        int[] probability = {150, 60, 25, 12, 5};
        byte[] named = new byte[TOP_K * pixels];
        byte[] sure = new byte[TOP_K * pixels];
        Random random = new Random(SEED);
        for (int pixel = 0; pixel < pixels; pixel++) {
            int first = pixel / WIDTH / BLOCK * (WIDTH / BLOCK) + pixel % WIDTH / BLOCK;
            for (int rank = 0; rank < TOP_K; rank++) {
                named[rank * pixels + pixel] = (byte) ((first + 3 * rank) % classes);
                sure[rank * pixels + pixel] = (byte) (probability[rank] - random.nextInt(5));
            }
        }
        return new SegmentationEvidence(TOP_K, named, sure, new byte[pixels], new byte[pixels], new byte[0]);
    }

    public static void main(String[] arguments) {
        int frames = Integer.parseInt(arguments[0]);
        int megabytes = Integer.parseInt(arguments[2]);
        int classes = Integer.parseInt(arguments[3]);
        HallRun hall = new HallRun(frames, Double.parseDouble(arguments[1]), classes);
        long[] done = new long[1];
        SceneFusion.Sink sink = (index, made) -> {
            if (++done[0] % 200 == 0) {
                say("%d frames", done[0]);
            }
        };
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        SceneReport report = new SceneFusion(
                        FusionOptions.DEFAULT.withMemory(megabytes), hall, Math.max(40, classes), TOP_K, sink)
                .run("hall");
        long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        say("%s", report.withLeftOut(List.of()));
        say("%d frames left out", report.leftOut().size());
        long most = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                most += pool.getPeakUsage().getUsed();
            }
        }
        say(
                "heap at most %d MB, garbage included, of %d MB stated; limit %d MB",
                most >> 20, megabytes, Runtime.getRuntime().maxMemory() >> 20);
        say("%.1f ms of processor time a frame", spent * 1e-6 / frames);
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    @Override
    public DepthMap depth(int index) {
        return new DepthMap(WIDTH, HEIGHT, depth.metres().clone());
    }

    @Override
    public RgbImage picture(int index) {
        throw new UnsupportedOperationException("No map was asked for.");
    }

    @Override
    public List<SegmentationEvidence> evidence(int index) {
        return List.of(new SegmentationEvidence(
                TOP_K,
                evidence.classes().clone(),
                evidence.probability().clone(),
                evidence.entropy().clone(),
                evidence.agreement().clone(),
                new byte[0]));
    }

    @Override
    public SortedSet<Integer> winners() {
        return winners;
    }
}
