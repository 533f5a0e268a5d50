package dev.understudy.dataset.frame;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertSame;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

public class FramesWithTruthTest {
    private static final LabelMap TRUTH = new LabelMap(2, 1, new byte[] {1, 2});

    private static Frame frame(String id, int width, @Nullable LabelMap segmentation) {
        String file = segmentation == null ? null : id + ".png";
        FrameRecord record = FrameRecord.of(id, "rgb")
                .segmentation(file)
                .split("train")
                .classes(file == null ? null : "nyud40")
                .build();
        return new Frame(record, new RgbImage(width, 1, new byte[3 * width]), null, segmentation, null);
    }

    private static FramesWithTruth of(List<Frame> frames, List<Frame> truth) {
        return new FramesWithTruth(new ListedFrames(frames), new ListedFrames(truth));
    }

    @Test
    public void truthIsFoundByIdAndEverythingElseIsTheFramesOwn() {
        Frame own = frame("b", 2, null);
        FramesWithTruth frames = of(List.of(own), List.of(frame("a", 2, TRUTH), frame("b", 2, TRUTH)));
        assertEquals(frames.size(), 1);
        assertEquals(frames.record(0).segmentation(), "b.png");
        assertEquals(frames.record(0).classes(), "nyud40");
        Frame read = frames.read(0);
        assertSame(read.segmentation(), TRUTH);
        assertSame(read.rgb(), own.rgb());
        assertNull(read.depth());
    }

    @Test
    public void aFrameWithoutTruthIsAnErrorAndSoIsAnotherSize() {
        DataException missing =
                expectThrows(DataException.class, () -> of(List.of(frame("b", 2, null)), List.of(frame("b", 2, null))));
        assertTrue(missing.getMessage().startsWith("frame b: found no segmentation"), missing.getMessage());
        FramesWithTruth other = of(List.of(frame("b", 3, null)), List.of(frame("b", 2, TRUTH)));
        DataException size = expectThrows(DataException.class, () -> other.read(0));
        assertTrue(size.getMessage().contains("3×1, but its truth 2×1"), size.getMessage());
    }
}
