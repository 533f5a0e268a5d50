package dev.understudy.labeler.fusion;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.DepthMap;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

public class ReadBackTest {
    private static final long SEED = 20;
    private static final int WIDTH = 96;
    private static final int HEIGHT = 72;
    private static final int CLASSES = 40;
    private static final int TOP_K = 5;

    private final Random random = new Random(SEED);

    /** Whatever is remembered from one pixel to the next: each is what its own place and its own evidence say. */
    @Test
    public void aPixelDoesNotDependOnThoseBeforeIt() {
        FusionOptions options = FusionOptions.DEFAULT;
        VoxelGrid grid = new VoxelGrid(options.voxel());
        List<PinholeView> views = List.of(view(0), view(0.03), view(0.08));
        List<DepthMap> depths = views.stream().map(view -> depth()).toList();
        OccupancyMap occupancy = new OccupancyMap(grid, 1_000_000);
        List<SampledView> sampled = IntStream.range(0, views.size())
                .mapToObj(i -> SampledView.of(views.get(i), depths.get(i), options.voxel(), options.farthest()))
                .toList();
        sampled.forEach(occupancy::add);
        TreeSet<Integer> winners = new TreeSet<>();
        for (int index = 0; index < CLASSES - 3; index++) {
            winners.add(index);
        }
        PosteriorMap map = new PosteriorMap(occupancy, new ClassList(winners), options.pooling());
        sampled.forEach(view -> map.add(view, List.of(evidence())));
        SegmentationEvidence said = evidence();

        ReadBack.Answer whole =
                new ReadBack(options, CLASSES, TOP_K).fused(map, views.get(0), depths.get(0), List.of(said));

        assertTrue(whole.fusedPixels() > WIDTH * HEIGHT / 2, "seed " + SEED);
        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel += 7) {
            float[] alone = new float[WIDTH * HEIGHT];
            alone[pixel] = depths.get(0).metres()[pixel];
            SegmentationEvidence found = new ReadBack(options, CLASSES, TOP_K)
                    .fused(map, views.get(0), new DepthMap(WIDTH, HEIGHT, alone), List.of(said))
                    .evidence();
            assertEquals(of(whole.evidence(), pixel), of(found, pixel), "seed " + SEED + ", pixel " + pixel);
        }
    }

    private static String of(SegmentationEvidence evidence, int pixel) {
        StringBuilder bytes = new StringBuilder();
        for (int at = pixel; at < evidence.classes().length; at += evidence.pixels()) {
            bytes.append(evidence.classes()[at])
                    .append(' ')
                    .append(evidence.probability()[at])
                    .append(", ");
        }
        return bytes.append(evidence.entropy()[pixel])
                .append(' ')
                .append(evidence.agreement()[pixel])
                .append(' ')
                .append(evidence.views()[pixel])
                .toString();
    }

    private static PinholeView view(double shift) {
        Double[] pose = Pose.IDENTITY.matrix().toArray(Double[]::new);
        pose[3] = shift;
        return new PinholeView(
                Pose.of(Arrays.asList(pose)).orElseThrow(), new Intrinsics(80, 80, 48, 36), WIDTH, HEIGHT);
    }

    /** A wall that leans, with noise and holes. */
    private DepthMap depth() {
        float[] metres = new float[WIDTH * HEIGHT];
        for (int pixel = 0; pixel < metres.length; pixel++) {
            double wall = 1.5 + (double) (pixel % WIDTH) / WIDTH;
            metres[pixel] = random.nextInt(12) == 0 ? 0 : (float) (wall + 0.01 * random.nextGaussian());
        }
        return new DepthMap(WIDTH, HEIGHT, metres);
    }

    private SegmentationEvidence evidence() {
        int pixels = WIDTH * HEIGHT;
        byte[] classes = new byte[TOP_K * pixels];
        byte[] levels = new byte[classes.length];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int first = pixel / 9 + random.nextInt(3);
            int left = 255;
            for (int k = 0; k < TOP_K; k++) {
                int level = random.nextInt(left + 1);
                classes[k * pixels + pixel] = (byte) ((first + 7 * k) % CLASSES);
                levels[k * pixels + pixel] = (byte) level;
                left -= level;
            }
        }
        byte[] planes = new byte[pixels];
        random.nextBytes(planes);
        return new SegmentationEvidence(TOP_K, classes, levels, planes, planes);
    }
}
