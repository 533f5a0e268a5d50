package dev.understudy.labeler.calibration;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.RoomsStore;
import dev.understudy.labeler.calibration.RiskPromise.SceneCounts;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import org.testng.annotations.Test;

/** On made scenes, and on rendered rooms, whose labels are right and wrong together: an expert fails in whole rooms. */
public class RiskPromiseTest {
    private static final double WRONG = 0.1;
    private static final double CONFIDENCE = 0.9;
    private static final int PIXELS = 150;
    private static final int DRAWS = 1000;
    private static final int SCENES = 200;
    private static final int ROOMS = 200;
    private static final long SEED = 20;

    /** A scene in which labels are wrong as the scene is difficult and their confidence low. */
    private static boolean[] wrongBySureness(Random random) {
        double difficulty = Math.exp(0.9 * random.nextGaussian());
        boolean[] scene = new boolean[PIXELS];
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            double sure = (pixel + 0.5) / PIXELS;
            scene[pixel] = random.nextDouble() < Math.min(1, difficulty * (0.3 * (1 - sure) * (1 - sure) + 0.005));
        }
        return scene;
    }

    private static void add(SceneCounts counts, String name, Random random) {
        boolean[] wrong = wrongBySureness(random);
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            counts.add(name, (pixel + 0.5) / PIXELS, !wrong[pixel]);
        }
    }

    private static SceneCounts draw(int scenes, Random random) {
        SceneCounts counts = new SceneCounts();
        for (int scene = 0; scene < scenes; scene++) {
            add(counts, "scene " + scene, random);
        }
        return counts;
    }

    /** Of many scenes the share that is wrong at or above each step. */
    private static double[] risks(SceneCounts many) {
        long[] all = new long[SceneCounts.STEPS + 1];
        long[] wrong = new long[SceneCounts.STEPS + 1];
        for (SceneCounts.Scene scene : many.scenes()) {
            for (int step = 0; step <= SceneCounts.STEPS; step++) {
                all[step] += scene.all[step];
                wrong[step] += scene.wrong[step];
            }
        }
        double[] risks = new double[SceneCounts.STEPS + 1];
        long kept = 0;
        long bad = 0;
        for (int step = SceneCounts.STEPS; step >= 0; step--) {
            kept += all[step];
            bad += wrong[step];
            risks[step] = kept == 0 ? 0 : (double) bad / kept;
        }
        return risks;
    }

    /**
     * What taking pixels as independent would say: the binomial's normal bound on all that are kept, from strict to
     * lax.
     */
    private static OptionalDouble byPixels(SceneCounts counts, int pixels) {
        OptionalDouble least = OptionalDouble.empty();
        for (int step = 750; step >= 0; step -= 10) {
            double wrong = 0;
            double right = 0;
            for (SceneCounts.Scene scene : counts.scenes()) {
                wrong += pixels * scene.excess(step, 0);
                right -= pixels * scene.excess(step, 1);
            }
            double kept = wrong + right;
            double share = wrong / kept;
            if (share + 1.2816 * Math.sqrt(share * (1 - share) / kept) > WRONG) {
                break;
            }
            least = OptionalDouble.of(step / (double) SceneCounts.STEPS);
        }
        return least;
    }

    @Test
    public void thePromiseIsKeptOverAThousandDrawsAndPixelsTakenAsIndependentBreakIt() {
        double[] risks = risks(draw(10_000, new Random(SEED)));
        Random random = new Random(SEED + 1);
        int broken = 0;
        int brokenByPixels = 0;
        int given = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            SceneCounts counts = draw(SCENES, random);
            OptionalDouble least =
                    new RiskPromise(WRONG, CONFIDENCE).test(counts).least();
            given += least.isPresent() ? 1 : 0;
            broken += isBroken(least, risks) ? 1 : 0;
            brokenByPixels += isBroken(byPixels(counts, PIXELS), risks) ? 1 : 0;
        }
        String found = "seed " + SEED + ": given " + given + ", broken " + broken + ", by pixels " + brokenByPixels;
        assertTrue(given > DRAWS / 2, found);
        assertTrue(broken <= (1 - CONFIDENCE) * DRAWS, found);
        assertTrue(brokenByPixels > 1.5 * (1 - CONFIDENCE) * DRAWS, found);
    }

    /**
     * What an expert says of a rendered room: all of a class by another name or none of it, the less surely the more
     * often it does so, and less surely what is far away. Every seventh pixel, as neighbours say the same.
     */
    private static void add(SceneCounts counts, String name, Frame room) {
        Random random = new Random(SEED + room.id().hashCode());
        boolean[] mistaken = new boolean[256];
        float[] sure = new float[256];
        for (int index = 0; index < 256; index++) {
            sure[index] = random.nextFloat();
            mistaken[index] = random.nextFloat() < 0.7 * (1 - sure[index]) * (1 - sure[index]);
        }
        byte[] truth = Objects.requireNonNull(room.segmentation()).classes();
        float[] metres = Objects.requireNonNull(room.depth()).metres();
        for (int pixel = 0; pixel < truth.length; pixel += 7) {
            int actual = truth[pixel] & 0xFF;
            double near = 1 - Math.min(1, metres[pixel] / 10);
            counts.add(name, 0.75 * sure[actual] + 0.2 * near, !mistaken[actual]);
        }
    }

    @Test
    public void onRenderedRoomsToo() {
        List<Frame> rooms = RoomsStore.frames(ROOMS, 48, 36, SEED).frames();
        SceneCounts all = new SceneCounts();
        rooms.forEach(room -> add(all, room.id(), room));
        double[] risks = risks(all);
        int pixels = (48 * 36 + 6) / 7;
        Random random = new Random(SEED + 2);
        int broken = 0;
        int brokenByPixels = 0;
        int given = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            SceneCounts counts = new SceneCounts();
            for (int i = 0; i < ROOMS; i++) {
                add(counts, "draw " + i, rooms.get(random.nextInt(ROOMS)));
            }
            OptionalDouble least =
                    new RiskPromise(WRONG, CONFIDENCE).test(counts).least();
            given += least.isPresent() ? 1 : 0;
            broken += isBroken(least, risks) ? 1 : 0;
            brokenByPixels += isBroken(byPixels(counts, pixels), risks) ? 1 : 0;
        }
        String found = "seed " + SEED + ": given " + given + ", broken " + broken + ", by pixels " + brokenByPixels;
        assertTrue(given > DRAWS / 2, found);
        assertTrue(broken <= (1 - CONFIDENCE) * DRAWS, found);
        assertTrue(brokenByPixels > 1.5 * (1 - CONFIDENCE) * DRAWS, found);
    }

    private static boolean isBroken(OptionalDouble least, double[] risks) {
        return least.isPresent() && risks[(int) Math.rint(least.getAsDouble() * SceneCounts.STEPS)] > WRONG;
    }

    @Test
    public void whatCannotBePromisedIsRefusedWithTheScenesThatItTakes() {
        SceneCounts few = new SceneCounts();
        for (int scene = 0; scene < 6; scene++) {
            for (int pixel = 0; pixel < 100; pixel++) {
                few.add("scene " + scene, pixel / 100.0, pixel % 50 != 7);
            }
        }
        RiskPromise promise = new RiskPromise(WRONG, CONFIDENCE);
        RiskPromise.Outcome refused = promise.test(few);
        assertFalse(refused.least().isPresent());
        assertEquals(refused.scenes(), 6);
        int needed = refused.needed().getAsInt();
        SceneCounts enough = new SceneCounts();
        for (int scene = 0; scene < needed; scene++) {
            for (int pixel = 0; pixel < 100; pixel++) {
                enough.add("scene " + scene, pixel / 100.0, pixel % 50 != 7);
            }
        }
        assertTrue(promise.test(enough).least().isPresent(), needed + " scenes");
    }

    @Test
    public void noNumberOfScenesHelpsWhereTheSurestAreWrong() {
        SceneCounts bad = new SceneCounts();
        for (int scene = 0; scene < 50; scene++) {
            for (int pixel = 0; pixel < 100; pixel++) {
                bad.add("scene " + scene, pixel / 100.0, pixel % 3 != 0);
            }
        }
        RiskPromise.Outcome outcome = new RiskPromise(WRONG, CONFIDENCE).test(bad);
        assertFalse(outcome.least().isPresent());
        assertFalse(outcome.needed().isPresent());
    }

    @Test
    public void perfectLabelsAreKeptWhole() {
        SceneCounts perfect = new SceneCounts();
        for (int scene = 0; scene < 200; scene++) {
            for (int pixel = 0; pixel < 20; pixel++) {
                perfect.add("scene " + scene, pixel / 20.0, true);
            }
        }
        assertEquals(new RiskPromise(WRONG, CONFIDENCE).test(perfect).least(), OptionalDouble.of(0));
        assertThrows(IllegalArgumentException.class, () -> new RiskPromise(0, 0.9));
        assertThrows(IllegalArgumentException.class, () -> new RiskPromise(0.1, 1));
    }
}
