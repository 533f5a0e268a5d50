package dev.understudy.labeler.filter;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.ListedFrames;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.RoomsStore;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class FilterContextTest {
    private static final List<String> NAMES = ClassSpace.load("nyud40").names();

    private final ListedFrames frames = RoomsStore.frames(6, 32, 24, 3);
    private Path folder;

    @BeforeClass
    public void write() throws IOException {
        folder = RoomsStore.inTemporaryFolder(frames);
    }

    @AfterClass
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private List<String> sampled(FrameSource source, int count) {
        try (LabelStore store = LabelStore.open(folder.resolve("store"))) {
            return FilterContext.of(store, NAMES, source)
                    .sample(count, EvidencePlanes.LABELS)
                    .peek(one -> assertNull(one.frame().segmentation(), "policies see no truth"))
                    .map(one -> one.frame().id())
                    .toList();
        }
    }

    @Test
    public void theOrderOfFramesDoesNotChooseTheSample() {
        List<Frame> reversed = new ArrayList<>(frames.frames());
        Collections.reverse(reversed);
        for (int count : new int[] {0, 1, 2, 5, 6, 99}) {
            List<String> ids = sampled(frames, count);
            assertEquals(ids.size(), Math.min(count, 6));
            assertEquals(sampled(new ListedFrames(reversed), count), ids);
        }
    }

    @Test
    public void framesThatTheStoreDoesNotHoldArePassedOver() {
        List<Frame> more = new ArrayList<>(frames.frames());
        more.add(FrameFixture.frame("elsewhere", 32, 24, null));
        assertEquals(sampled(new ListedFrames(more), 99), sampled(frames, 99));
    }
}
