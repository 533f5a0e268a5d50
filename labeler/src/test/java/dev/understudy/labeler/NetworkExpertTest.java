package dev.understudy.labeler;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.inference.ClassMerge;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.PictureNetwork;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.inference.View;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.store.ShardPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A real network with fresh weights, asked through the configuration that a user writes. */
public class NetworkExpertTest {
    private static final int WIDTH = 70;
    private static final int HEIGHT = 46;

    private Path folder;
    private Path streets;
    private Path depth;

    @BeforeClass
    public void write() throws IOException {
        folder = Scratch.folder("understudy");
        streets = write("streets.pth", Heads.segmentation(19));
        depth = write("depth.pth", Heads.of(Set.of(Task.DEPTH), 0));
    }

    @AfterClass
    public void remove() throws IOException {
        Files.delete(streets);
        Files.delete(depth);
        Files.delete(folder);
    }

    private Path write(String name, Heads heads) throws IOException {
        try (Network network = Architecture.MT_LW_REFINENET.create(heads, NativeEngine.cpu(), 11)) {
            return PyTorchZipWriter.write(folder.resolve(name), network.snapshot())
                    .path();
        }
    }

    private static ExpertConfiguration configuration(Path checkpoint, String more) {
        String yaml = "architecture: mt-lw-refinenet\ncheckpoint: '" + checkpoint + "'\n" + more;
        return ConfigurationLoader.parse("test", yaml, ExpertConfiguration.class, List.of());
    }

    private static Evidence evidence(Path checkpoint, String more) {
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        new Random(4).nextBytes(rgb);
        FrameRecord record = FrameRecord.of("a", "a.png").build();
        try (Expert expert = NetworkExpert.load(configuration(checkpoint, more), 1)) {
            return expert.predict(new Frame(record, new RgbImage(WIDTH, HEIGHT, rgb), null, null, null));
        }
    }

    @Test
    public void headsThatNobodyAsksAreNotCalculated() throws IOException {
        Path all = write("all.pth", Heads.of(Set.of(Task.values()), 19));
        List<RgbImage> picture = List.of(new RgbImage(WIDTH, HEIGHT, new byte[WIDTH * HEIGHT * 3]));
        View view = new View(1, false);
        try (PictureNetwork whole = ExpertPlan.of(configuration(all, "classes: cityscapes19"))
                        .build(1);
                PictureNetwork one =
                        ExpertPlan.of(configuration(all, "tasks: [depth]")).build(1)) {
            assertEquals(
                    whole.features(picture, view).get(0).keySet(),
                    Set.of(Task.SEGMENTATION, Task.DEPTH),
                    "a store keeps no normals");
            assertEquals(one.features(picture, view).get(0).keySet(), Set.of(Task.DEPTH));
        } finally {
            Files.delete(all);
        }
    }

    @Test
    public void classesAreMergedBeforeTheDecision() {
        ClassSpace outputs = ClassSpace.load("cityscapes19");
        ClassMap map = outputs.mapTo(ClassSpace.load("kitti6"));
        byte[] merged = Objects.requireNonNull(evidence(streets, "classes: cityscapes19\nmapTo: kitti6")
                        .segmentation())
                .classes();
        byte[] decided = Objects.requireNonNull(
                        evidence(streets, "classes: cityscapes19").segmentation())
                .classes();
        double[][] probabilities = probabilities();
        int changed = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            double[] sums = new double[256];
            for (int c = 0; c < outputs.size(); c++) {
                sums[map.apply(c)] += probabilities[i][c];
            }
            int winner = merged[i] & 0xFF;
            for (double sum : sums) {
                assertTrue(sums[winner] >= sum - 1e-4, "pixel " + i);
            }
            changed += winner == map.apply(decided[i] & 0xFF) ? 0 : 1;
        }
        assertTrue(changed > 0, "merging first must decide some pixel otherwise than merging last");
    }

    private double[][] probabilities() {
        ExpertPlan plan = ExpertPlan.of(configuration(streets, "classes: cityscapes19"));
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        new Random(4).nextBytes(rgb);
        FeatureMap logits;
        try (PictureNetwork network = plan.build(1)) {
            logits = Objects.requireNonNull(network.features(List.of(new RgbImage(WIDTH, HEIGHT, rgb)), View.PLAIN)
                    .get(0)
                    .get(Task.SEGMENTATION));
        }
        float[] values = logits.resize(WIDTH, HEIGHT, Interpolation.BILINEAR);
        double[][] probabilities = new double[WIDTH * HEIGHT][19];
        for (int i = 0; i < probabilities.length; i++) {
            double sum = 0;
            for (int c = 0; c < 19; c++) {
                probabilities[i][c] = Math.exp(values[i * 19 + c]);
                sum += probabilities[i][c];
            }
            for (int c = 0; c < 19; c++) {
                probabilities[i][c] /= sum;
            }
        }
        return probabilities;
    }

    @Test
    public void depthSpreadsOverViews() {
        DepthEvidence one = Objects.requireNonNull(evidence(depth, "").depth());
        DepthEvidence four = Objects.requireNonNull(
                evidence(depth, "scales: [0.75, 1]\nmirror: true").depth());
        int disagreeing = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            assertEquals(one.spread()[i], 0f);
            assertTrue(one.metres()[i] >= 0 && four.metres()[i] >= 0 && four.spread()[i] >= 0);
            disagreeing += four.spread()[i] > 0 ? 1 : 0;
        }
        assertTrue(disagreeing > WIDTH * HEIGHT / 2, disagreeing + " pixels");
    }

    /** With any number of views, of which one alone may say nothing. */
    @Test
    public void anAnswerThatIsNotFiniteIsNoEvidence() throws IOException {
        Map<String, Tensor> tensors =
                new LinkedHashMap<>(CheckpointReader.read(depth).tensors());
        float[] huge = tensors.get("depth.weight").toFloats();
        Arrays.fill(huge, 3e38f);
        tensors.put("depth.weight", Tensor.of(tensors.get("depth.weight").shape(), huge));
        Path overflowing = folder.resolve("overflowing.pth");
        PyTorchZipWriter.write(overflowing, new Checkpoint(tensors));
        for (String views : List.of("", "scales: [0.5, 1]\nmirror: true")) {
            DataException told = expectThrows(DataException.class, () -> evidence(overflowing, views));
            assertTrue(told.getMessage().startsWith("a: the network's depth is not finite"), told.getMessage());
        }
        Files.delete(overflowing);
    }

    @Test
    public void normalisationIsPartOfTheAnswerAndOfTheStoresName() {
        String halved = "normalisation: {pixelScale: 0.0078431373, mean: [1, 1, 1], deviation: [1, 1, 1]}";
        ExpertPlan usual = ExpertPlan.of(configuration(depth, ""));
        ExpertPlan other = ExpertPlan.of(configuration(depth, halved));
        assertEquals(usual.preprocessing(), Preprocessing.STUDENT.toString());
        assertFalse(usual.preprocessing().equals(other.preprocessing()));
        float[] a = Objects.requireNonNull(evidence(depth, "").depth()).metres();
        float[] b = Objects.requireNonNull(evidence(depth, halved).depth()).metres();
        assertFalse(java.util.Arrays.equals(a, b));
    }

    @Test
    public void theEngineAndABatchArePartOfTheFingerprint() {
        ExpertPlan plan = ExpertPlan.of(configuration(depth, ""));
        assertEquals(
                plan.engine(),
                "own networks on libtorch " + NativeEngine.version() + ", "
                        + Precision.AUTO.ofBuiltIn().key());
        ShardPlan shards = ShardPlan.of(List.of(), 1);
        assertEquals(plan.describe(shards, 1), plan.describe(shards));
        assertFalse(plan.describe(shards, 4)
                .fingerprint()
                .equals(plan.describe(shards).fingerprint()));
    }

    @Test
    public void wrongNormalisationIsToldAllAtOnce() {
        ConfigurationException e = expectThrows(
                ConfigurationException.class,
                () -> configuration(depth, "normalisation: {pixelScale: 0, mean: [1, 2], deviation: [1, 0, 1]}"));
        assertTrue(e.getMessage().contains("pixelScale"), e.getMessage());
        assertTrue(e.getMessage().contains("three values, found [1.0, 2.0]"), e.getMessage());
        assertTrue(e.getMessage().contains("deviation"), e.getMessage());
    }

    @Test
    public void anotherNumberOfClassesMustBeNamed() {
        ConfigurationException unnamed =
                expectThrows(ConfigurationException.class, () -> ExpertPlan.of(configuration(streets, "")));
        assertTrue(unnamed.getMessage().contains("--classes"), unnamed.getMessage());
        ConfigurationException wrong = expectThrows(
                ConfigurationException.class, () -> ExpertPlan.of(configuration(streets, "classes: kitti6")));
        assertTrue(wrong.getMessage().contains("19 outputs"), wrong.getMessage());
        ClassMerge all = Objects.requireNonNull(
                ExpertPlan.of(configuration(streets, "classes: cityscapes19")).merge());
        assertEquals(all.target().length, 19);
    }

    @Test
    public void evidenceIsTheSameEachTime() {
        String views = "classes: cityscapes19\nscales: [0.5, 1]\nmirror: true\ninterpolation: bicubic";
        Evidence first = evidence(streets, views);
        Evidence second = evidence(streets, views);
        assertEquals(
                Objects.requireNonNull(first.segmentation()).classes(),
                Objects.requireNonNull(second.segmentation()).classes());
        assertEquals(
                Objects.requireNonNull(first.segmentation()).agreement(),
                Objects.requireNonNull(second.segmentation()).agreement());
        Set<Integer> shares = new java.util.TreeSet<>();
        for (byte share : Objects.requireNonNull(first.segmentation()).agreement()) {
            shares.add(share & 0xFF);
        }
        assertTrue(Set.of(0, 64, 128, 191, 255).containsAll(shares), "shares of four views, found " + shares);
        assertTrue(EnumSet.of(Task.SEGMENTATION)
                .containsAll(ExpertPlan.of(configuration(streets, views)).tasks()));
    }
}
