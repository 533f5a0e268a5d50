package dev.understudy.labeler.filter;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.ListedFrames;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.RoomsStore;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.Then.AllOf;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class PromiseTest {
    private static final List<String> NAMES = ClassSpace.load("nyud40").names();
    private final ListedFrames frames = RoomsStore.frames(20, 64, 48, 3);
    private Path folder;
    private LabelStore store;

    @BeforeClass
    public void write() throws IOException {
        folder = RoomsStore.inTemporaryFolder(frames);
        store = LabelStore.open(folder.resolve("store"));
        List<FrameRecord> records = new ArrayList<>();
        for (Frame frame : frames.frames()) {
            String name = "frame" + records.size();
            RgbFiles.writePng(folder.resolve(name + ".png"), frame.rgb());
            LabelFiles.write(folder.resolve(name + "-labels.png"), Objects.requireNonNull(frame.segmentation()));
            records.add(FrameRecord.of(frame.id(), name + ".png")
                    .segmentation(name + "-labels.png")
                    .classes("nyud40")
                    .scene(name)
                    .split("train")
                    .build());
        }
        ManifestWriter.write(folder.resolve("manifest.jsonl"), records);
    }

    @AfterClass
    public void remove() throws IOException {
        store.close();
        Scratch.delete(folder);
    }

    private FilteredStore filtered(PolicyRecipe recipe) {
        CalibratedStore calibrated = new CalibratedStore(store);
        return new FilteredStore(calibrated, recipe.policy(FilterContext.of(calibrated, NAMES, Map.of(), frames)));
    }

    private Promise promise(double wrong) {
        return new Promise(wrong, 0.9, folder.resolve("manifest.jsonl"), "train", new NoFilter());
    }

    @Test
    public void aPromiseThatCanBeGivenKeepsFromAThresholdOn() {
        FilteredStore policy = filtered(promise(0.6));
        long kept = 0;
        long wrong = 0;
        float least = 1;
        float most = 0;
        for (Frame frame : frames.frames()) {
            Judgement judged = policy.judge(frame);
            for (int i = 0; i < judged.pixels(); i++) {
                boolean keeps = judged.weight()[i] > 0;
                boolean answered = judged.classes()[i] != (byte) 255;
                least = keeps ? Math.min(least, judged.confidence()[i]) : least;
                most = keeps || !answered ? most : Math.max(most, judged.confidence()[i]);
                int actual = frame.segmentation().classAt(i);
                if (keeps && actual != 255) {
                    kept++;
                    wrong += actual == (judged.classes()[i] & 0xFF) ? 0 : 1;
                }
            }
        }
        assertTrue(kept > 0 && wrong <= 0.6 * kept, wrong + " of " + kept + " wrong");
        assertTrue(least > most, "kept from " + least + ", dropped up to " + most);
    }

    @Test
    public void whatCannotBePromisedIsRefused() {
        ConfigurationException e = expectThrows(ConfigurationException.class, () -> filtered(promise(0.01)));
        assertTrue(String.valueOf(e.getMessage()).contains("from the 20 scenes"), e.getMessage());
    }

    /** As {@code retrain} does: found on the examples' store once, then applied where no example lies. */
    @Test
    public void aRenewedPromiseKeepsItsThresholdWhereItsExamplesAreNot() {
        CalibratedStore calibrated = new CalibratedStore(store);
        FilterContext context = FilterContext.of(calibrated, NAMES, Map.of(), frames);
        PolicyRecipe whole = new AllOf(List.of(new NoFilter(), new Then(List.of(promise(0.6)))));
        PolicyRecipe renewed = whole.renewed(context);
        assertEquals(whole.promises(), List.of(promise(0.6)));
        Promise made = renewed.promises().get(0);
        assertTrue(made.least() != null && made.least() > 0, "found " + made);
        assertEquals(made, new Promise(0.6, 0.9, made.examples(), "train", new NoFilter(), made.least()));

        Promise gone = new Promise(0.6, 0.9, folder.resolve("nothing-here"), "train", new NoFilter(), made.least());
        Frame frame = frames.frames().get(0);
        assertEquals(
                filtered(gone).judge(frame).weight(),
                filtered(promise(0.6)).judge(frame).weight());
        Promise tooMuch = promise(0.01);
        expectThrows(Promise.RefusedException.class, () -> new AllOf(List.of(tooMuch)).renewed(context));
    }

    @Test
    public void framesOutsideTheStoreAreNoExamples() {
        Promise other = new Promise(0.6, 0.9, folder.resolve("manifest.jsonl"), "test", new NoFilter());
        expectThrows(RuntimeException.class, () -> filtered(other));
    }

    @Test
    public void itIsWrittenAsOtherPoliciesAre() {
        PolicyRecipe recipe = ConfigurationLoader.parse(
                "test",
                "promise: {wrong: 0.2, confidence: 0.9, examples: /frames, of: {reliability: {least: 0}}}",
                PolicyRecipe.class,
                List.of());
        assertEquals(recipe, new Promise(0.2, 0.9, Path.of("/frames"), null, new LearnedReliability(0, true)));
        assertEquals(recipe.manifests(), List.of(Path.of("/frames")));
    }
}
