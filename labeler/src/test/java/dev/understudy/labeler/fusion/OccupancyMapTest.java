package dev.understudy.labeler.fusion;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.DepthMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.Test;

public class OccupancyMapTest {
    private static final long SEED = 20;
    private static final VoxelGrid GRID = new VoxelGrid(0.1);
    private static final int WIDTH = 12;
    private static final int HEIGHT = 9;
    private static final double FARTHEST = 10;

    /**
     * A frame is told of the parts of the map that it may see alone. Which voxels make a part depends on the order in
     * which frames were added: added by chance a part reaches from one end to the other and is always looked at.
     */
    @Test
    public void whatAFrameSeesDoesNotDependOnTheOrderOfFrames() {
        Random random = new Random(SEED);
        List<SampledView> frames = new ArrayList<>();
        for (int place = 0; place < 400; place++) {
            frames.add(frame(place * 0.1, random));
        }
        List<SampledView> mixed = new ArrayList<>(frames);
        Collections.shuffle(mixed, random);
        OccupancyMap inOrder = map(frames);
        OccupancyMap byChance = map(mixed);

        assertTrue(
                inOrder.index().size() > 4000,
                "seed " + SEED + ": " + inOrder.index().size() + " voxels");
        int contradicting = 0;
        for (SampledView frame : frames) {
            double contradiction = inOrder.look(frame);
            assertEquals(contradiction, byChance.look(frame), 0.0, "seed " + SEED);
            contradicting += contradiction > 0 ? 1 : 0;
        }
        assertTrue(contradicting > 50, "seed " + SEED + ": " + contradicting);
        assertEquals(surfaces(inOrder), surfaces(byChance), "seed " + SEED);
    }

    private static OccupancyMap map(List<SampledView> frames) {
        OccupancyMap map = new OccupancyMap(GRID, 1_000_000);
        frames.forEach(map::add);
        return map;
    }

    private static Map<Long, Boolean> surfaces(OccupancyMap map) {
        Map<Long, Boolean> surfaces = new HashMap<>();
        for (int voxel = 0; voxel < map.index().size(); voxel++) {
            surfaces.put(map.index().key(voxel), map.isSurface(voxel));
        }
        return surfaces;
    }

    /** Somewhere along a hall, turned by chance, with some depth that is wrong. */
    private static SampledView frame(double along, Random random) {
        double turn = random.nextGaussian();
        double tilt = 0.3 * random.nextGaussian();
        double c = Math.cos(turn);
        double s = Math.sin(turn);
        double ct = Math.cos(tilt);
        double st = Math.sin(tilt);
        Pose pose = Pose.of(List.of(
                        c,
                        s * st,
                        s * ct,
                        0.2 * random.nextGaussian(),
                        0.0,
                        ct,
                        -st,
                        0.1,
                        -s,
                        c * st,
                        c * ct,
                        along,
                        0.0,
                        0.0,
                        0.0,
                        1.0))
                .orElseThrow();
        PinholeView view = new PinholeView(pose, new Intrinsics(9, 9, 5.5, 4), WIDTH, HEIGHT);
        float[] metres = new float[WIDTH * HEIGHT];
        double[] ahead = new double[3];
        for (int pixel = 0; pixel < metres.length; pixel++) {
            view.toWorld(pixel % WIDTH, pixel / WIDTH, 1, ahead);
            double x = wall(pose.tx(), ahead[0] - pose.tx(), 2);
            double y = wall(pose.ty(), ahead[1] - pose.ty(), 1.5);
            double z = Math.min(x, y) * (random.nextInt(15) == 0 ? 0.6 : 1);
            metres[pixel] = z > FARTHEST ? 0 : (float) z;
        }
        return SampledView.of(view, new DepthMap(WIDTH, HEIGHT, metres), GRID.side(), FARTHEST);
    }

    private static double wall(double at, double ahead, double half) {
        return ahead == 0 ? Double.POSITIVE_INFINITY : ((ahead > 0 ? half : -half) - at) / ahead;
    }
}
