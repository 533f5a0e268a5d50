package dev.understudy.labeler.fusion;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.DepthMap;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

public class KeptFramesTest {
    private static final long SEED = 12;
    private static final int FRAMES = 24;
    private static final int PIXELS = MadeRoom.WIDTH * MadeRoom.HEIGHT;
    private static final long PACKED = Character.BYTES * PIXELS;
    private static final long WHOLE = Float.BYTES * PIXELS;
    private static final long EVIDENCE = (2 * MadeRoom.TOP_K + 2) * PIXELS;
    private static final FusionOptions OPTIONS = FusionOptions.DEFAULT.withVoxel(0.1);
    private static final MadeRoom ROOM = new MadeRoom(SEED, FRAMES, MadeRoom.STILL, 0.002);

    /** A room whose every second frame has the depth that a file of whole millimetres has; counts what is read. */
    private static final class Reading implements SceneFrames.Wrapper {
        private int depths;
        private int whole;
        private int parts;

        @Override
        public SceneFrames frames() {
            return ROOM;
        }

        @Override
        public DepthMap depth(int index) {
            depths++;
            float[] metres = ROOM.depth(index).metres().clone();
            for (int pixel = 0; index % 2 == 0 && pixel < PIXELS; pixel++) {
                metres[pixel] = (float) (Math.rint(metres[pixel] * 1000) / 1000);
            }
            return new DepthMap(MadeRoom.WIDTH, MadeRoom.HEIGHT, metres);
        }

        @Override
        public List<SegmentationEvidence> evidence(int index) {
            whole++;
            return ROOM.evidence(index);
        }

        @Override
        public List<SegmentationEvidence> probabilities(int index) {
            parts++;
            return ROOM.evidence(index).stream()
                    .map(one -> new SegmentationEvidence(
                            one.topK(), one.classes(), one.probability(), new byte[0], new byte[0]))
                    .toList();
        }
    }

    private static List<SegmentationEvidence> fused(SceneFrames frames, long most) {
        List<SegmentationEvidence> made = new ArrayList<>();
        new SceneFusion(
                        OPTIONS,
                        frames,
                        MadeRoom.CLASSES,
                        MadeRoom.TOP_K,
                        (index, evidence) -> made.add(evidence),
                        most)
                .run("room");
        return made;
    }

    @Test
    public void whateverIsKeptTheSameIsMade() {
        List<SegmentationEvidence> expected = fused(new Reading(), Long.MAX_VALUE);
        for (long most : new long[] {0, PACKED, 10 * WHOLE, FRAMES * WHOLE, FRAMES * (WHOLE + EVIDENCE / 2)}) {
            List<SegmentationEvidence> made = fused(new Reading(), most);
            for (int frame = 0; frame < FRAMES; frame++) {
                String which = "seed " + SEED + ", frame " + frame + " with " + most + " bytes kept";
                assertEquals(made.get(frame).classes(), expected.get(frame).classes(), which);
                assertEquals(made.get(frame).probability(), expected.get(frame).probability(), which);
                assertEquals(made.get(frame).entropy(), expected.get(frame).entropy(), which);
                assertEquals(made.get(frame).agreement(), expected.get(frame).agreement(), which);
                assertEquals(made.get(frame).views(), expected.get(frame).views(), which);
            }
        }
    }

    @Test
    public void whatIsKeptIsNotReadAgain() {
        Reading none = new Reading();
        fused(none, 0);
        assertEquals(none.depths, 2 * FRAMES);
        assertEquals(none.whole + none.parts, 2 * FRAMES);
        assertTrue(none.parts >= FRAMES - 1, none.parts + " frames added up without what only reading back asks for");

        Reading depth = new Reading();
        fused(depth, FRAMES / 2 * (PACKED + WHOLE));
        assertEquals(depth.depths, FRAMES, "depth goes first, and takes half the room where 16 bits hold it");
        assertEquals(depth.whole + depth.parts, 2 * FRAMES);

        Reading all = new Reading();
        fused(all, Long.MAX_VALUE);
        assertEquals(List.of(all.depths, all.whole, all.parts), List.of(FRAMES, FRAMES, 0));
    }

    @Test
    public void depthComesBackAsItWas() {
        KeptFrames kept = new KeptFrames(new Reading(), Long.MAX_VALUE);
        for (int frame = 0; frame < FRAMES; frame++) {
            assertEquals(kept.depth(frame).metres(), kept.depth(frame).metres());
            assertEquals(kept.depth(frame).metres(), new Reading().depth(frame).metres());
        }
    }

    /** From nothing to the farthest; what a file of 16 bits cannot hold takes 32, and its frame with it. */
    @Test
    public void whatAFileHoldsTakesNoMoreThanThere() {
        int[] read = {0};
        SceneFrames every = new SceneFrames.Wrapper() {
            @Override
            public SceneFrames frames() {
                return ROOM;
            }

            @Override
            public DepthMap depth(int index) {
                read[0]++;
                float[] metres = new float[PIXELS];
                for (int pixel = 0; pixel < PIXELS; pixel++) {
                    long value = (long) (index * PIXELS + pixel) * Character.MAX_VALUE / (FRAMES * PIXELS - 1);
                    metres[pixel] = (float) (value / ROOM.record(index).depthScale());
                }
                if (index == FRAMES - 1) {
                    metres[PIXELS - 1] = Math.nextUp(metres[PIXELS - 1]);
                }
                return new DepthMap(MadeRoom.WIDTH, MadeRoom.HEIGHT, metres);
            }
        };
        KeptFrames kept = new KeptFrames(every, (FRAMES - 1) * PACKED + WHOLE);
        for (int round = 0; round < 2; round++) {
            for (int frame = 0; frame < FRAMES; frame++) {
                float[] back = kept.depth(frame).metres();
                assertEquals(read[0], round == 0 ? frame + 1 : FRAMES);
                assertEquals(back, every.depth(frame).metres(), "frame " + frame);
                read[0]--;
            }
        }
        KeptFrames less = new KeptFrames(every, (FRAMES - 1) * PACKED + WHOLE - 1);
        for (int round = 0; round < 2; round++) {
            for (int frame = 0; frame < FRAMES; frame++) {
                less.depth(frame);
            }
        }
        assertEquals(read[0], 2 * FRAMES + 1, "the last is read again");
    }

    @Test
    public void lessRoomLetsDepthGo() {
        Reading reading = new Reading();
        KeptFrames kept = new KeptFrames(reading, FRAMES * WHOLE);
        for (int frame = 0; frame < FRAMES; frame++) {
            kept.depth(frame);
        }
        kept.allow(PACKED);
        kept.depth(0);
        assertEquals(reading.depths, FRAMES, "the first is kept");
        kept.depth(FRAMES - 1);
        assertEquals(reading.depths, FRAMES + 1, "the last was let go");
    }
}
