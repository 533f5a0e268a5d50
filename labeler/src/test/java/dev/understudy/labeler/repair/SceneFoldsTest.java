package dev.understudy.labeler.repair;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;

import dev.understudy.dataset.frame.FrameRecord;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

public class SceneFoldsTest {
    private static FrameRecord frame(String id, String scene) {
        return FrameRecord.of(id, "rgb.png").scene(scene).build();
    }

    @Test
    public void scenesOfTheManifestAreTaken() {
        SceneFolds folds = SceneFolds.of(List.of(frame("a1", "x"), frame("b", "y"), frame("a2", "x"), frame("c", "z")));
        assertEquals(folds.guessed(), 0);
        assertEquals(folds.folds(List.of("a1", "b", "a2", "c"), 2), new int[] {0, 1, 0, 0});
    }

    @Test
    public void idsThatGoUpByTheUsualStepAreOneScene() {
        List<FrameRecord> frames = new ArrayList<>();
        for (int number : new int[] {30, 60, 90, 300, 330, 331, 360}) {
            frames.add(frame("drive/" + number + "_left", null));
        }
        frames.add(frame("other/390_left", null));
        SceneFolds folds = SceneFolds.of(frames);
        assertEquals(folds.guessed(), frames.size());
        assertEquals(folds.scene("drive/30_left"), folds.scene("drive/90_left"));
        assertNotEquals(folds.scene("drive/90_left"), folds.scene("drive/300_left"));
        assertEquals(folds.scene("drive/300_left"), folds.scene("drive/330_left"));
        assertNotEquals(folds.scene("drive/330_left"), folds.scene("drive/331_left"));
        assertNotEquals(folds.scene("drive/360_left"), folds.scene("other/390_left"));
    }

    @Test
    public void longRunsAreCutAndFramesWithoutNumbersFollowTheList() {
        List<FrameRecord> frames = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            frames.add(frame("film/" + i, null));
        }
        for (char name = 'a'; name <= 'z'; name++) {
            frames.add(frame("still/" + name, null));
        }
        SceneFolds folds = SceneFolds.of(frames);
        long scenes = frames.stream().map(f -> folds.scene(f.id())).distinct().count();
        assertEquals(scenes, 5 + 4, "40 in eights, 26 in eights");
        assertEquals(folds.scene("still/a"), folds.scene("still/b"));
    }

    @Test
    public void noMoreFoldsThanScenes() {
        SceneFolds folds = SceneFolds.of(List.of(frame("1", "x"), frame("2", "x")));
        assertEquals(folds.folds(List.of("1", "2"), 5), new int[] {0, 0});
    }
}
