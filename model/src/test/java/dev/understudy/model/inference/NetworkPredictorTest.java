package dev.understudy.model.inference;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.GoldenForward;
import dev.understudy.model.network.Heads;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class NetworkPredictorTest {
    private static final Heads THREE = Heads.of(EnumSet.allOf(Task.class), 40);

    private InferenceNetwork student;

    @BeforeClass
    public void load() {
        student = InferenceNetwork.of(
                Architecture.MT_LW_REFINENET,
                THREE,
                GoldenWeights.checkpoint("mt-lw-refinenet-nyud-three", 2),
                NativeEngine.cpu(),
                2);
    }

    @AfterClass
    public void close() {
        student.close();
    }

    private static RgbImage picture(long seed, int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        new Random(seed).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    @DataProvider
    public Object[][] sizes() {
        return new Object[][] {{64, 48}, {101, 135}, {33, 31}, {1, 1}, {7, 200}, {640, 1}};
    }

    @Test(dataProvider = "sizes")
    public void predictsAtThePicturesSize(int width, int height) {
        NetworkPredictor predictor = new NetworkPredictor(student.lent(), Preprocessing.STUDENT, 2);
        Prediction prediction = predictor.predict("frame", picture(1, width, height));
        assertEquals(prediction.segmentation().width(), width);
        assertEquals(prediction.segmentation().height(), height);
        for (float metres : prediction.depth().metres()) {
            assertTrue(metres >= 0);
        }
        float[] xyz = prediction.normals().xyz();
        for (int i = 0; i < xyz.length; i += 3) {
            assertEquals(xyz[i] * xyz[i] + xyz[i + 1] * xyz[i + 1] + xyz[i + 2] * xyz[i + 2], 1, 1e-4);
        }
    }

    @Test
    public void aBatchGivesWhatItsPicturesGiveAlone() {
        float[] values = GoldenWeights.values("batch", 3 * 3 * 45 * 61, -2, 2, 9);
        try (NDManager manager = student.newManager()) {
            NDArray batch = Tensors.create(manager, values, new Shape(3, 3, 45, 61));
            Map<Task, NDArray> together = student.forward(batch);
            for (int i = 0; i < 3; i++) {
                NDArray one = batch.get(i).expandDims(0);
                int index = i;
                student.forward(one)
                        .forEach((task, output) -> assertTrue(GoldenForward.error(
                                        together.get(task).get(index).toFloatArray(), output.toFloatArray())
                                < 1e-3));
            }
        }
    }

    @Test
    public void expertsTakeOddSizesAndBatches() {
        Architecture architecture = Architecture.LW_REFINENET_50;
        GoldenForward golden = GoldenForward.of("lw-refinenet50");
        float[] values = GoldenWeights.values("batch", 2 * 3 * 37 * 83, -2, 2, 9);
        try (InferenceNetwork folded = InferenceNetwork.of(
                        architecture, architecture.usualHeads(), golden.checkpoint(), NativeEngine.cpu(), 2);
                InferenceNetwork plain = InferenceNetwork.plain(
                        architecture, architecture.usualHeads(), golden.checkpoint(), NativeEngine.cpu(), 1);
                NDManager manager = folded.newManager()) {
            NDArray batch = Tensors.create(manager, values, new Shape(2, 3, 37, 83));
            float[] expected = plain.forward(batch).get(Task.SEGMENTATION).toFloatArray();
            float[] found = folded.forward(batch).get(Task.SEGMENTATION).toFloatArray();
            assertTrue(GoldenForward.error(found, expected) < 1e-5);
        }
    }

    @Test
    public void aSliceIsTheNetworksOwnClassesMovedToZero() {
        RgbImage picture = picture(3, 48, 40);
        Map<Task, FeatureMap> all =
                new NetworkPredictor(student.lent(), Preprocessing.STUDENT, 1).features(picture, View.PLAIN);
        ClassSlice slice = new ClassSlice(34, 40);
        FeatureMap part = new NetworkPredictor(student.lent(), Preprocessing.STUDENT, slice, 1)
                .features(picture, View.PLAIN)
                .get(Task.SEGMENTATION);
        assertEquals(part.channels(), 6);
        assertEquals(part.values()[6 + 2], all.get(Task.SEGMENTATION).values()[40 + 36]);
        NetworkPredictor beyond =
                new NetworkPredictor(student.lent(), Preprocessing.STUDENT, new ClassSlice(38, 44), 1);
        assertThrows(ConfigurationException.class, () -> beyond.predict("frame", picture));
    }

    @Test
    public void aMirroredViewComesBackTurned() {
        RgbImage picture = picture(4, 64, 48);
        NetworkPredictor predictor = new NetworkPredictor(student.lent(), Preprocessing.STUDENT, 1);
        byte[] turned = new byte[picture.rgb().length];
        for (int i = 0; i < turned.length; i += 3) {
            int at = (i / 3 / 64 * 64 + 63 - i / 3 % 64) * 3;
            System.arraycopy(picture.rgb(), i, turned, at, 3);
        }
        float[] mirrored =
                predictor.features(picture, new View(1, true)).get(Task.DEPTH).resize(64, 48, Interpolation.BILINEAR);
        float[] byHand = predictor
                .features(new RgbImage(64, 48, turned), View.PLAIN)
                .get(Task.DEPTH)
                .resize(64, 48, Interpolation.BILINEAR);
        for (int i = 0; i < mirrored.length; i++) {
            assertEquals(mirrored[i], byHand[i / 64 * 64 + 63 - i % 64], 1e-4f);
        }
    }

    @DataProvider
    public Object[][] heads() {
        return new Object[][] {{"segm.weight", "segmentation"}, {"depth.weight", "depth"}, {"normal.weight", "normals"}
        };
    }

    /** Weights that are finite, and outputs that are not. */
    @Test(dataProvider = "heads")
    public void outputsThatAreNotFiniteAreToldWithTheFramesName(String tensor, String task) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(
                GoldenWeights.checkpoint("mt-lw-refinenet-nyud-three", 2).tensors());
        float[] huge = tensors.get(tensor).toFloats();
        Arrays.fill(huge, 3e38f);
        tensors.put(tensor, Tensor.of(tensors.get(tensor).shape(), huge));
        try (NetworkPredictor predictor = new NetworkPredictor(
                InferenceNetwork.of(
                        Architecture.MT_LW_REFINENET, THREE, new Checkpoint(tensors), NativeEngine.cpu(), 1),
                Preprocessing.STUDENT,
                1)) {
            DataException told =
                    expectThrows(DataException.class, () -> predictor.predict("room/007", picture(1, 64, 48)));
            assertEquals(
                    told.getMessage(),
                    "room/007: the network's " + task + " is not finite somewhere; look at the weights with 'understudy"
                            + " checkpoint inspect', and at the picture");
            assertThrows(DataException.class, () -> predictor.features(picture(1, 64, 48), new View(0.5, true)));
        }
    }

    /** What interpolation could make infinite counts as that. */
    @Test
    public void aMapIsFiniteIfWhatIsMadeOfItIs() {
        float[] values = {1, -2, 0, 3e37f};
        assertTrue(new FeatureMap(2, 2, 1, values, false).isFinite());
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -3e38f}) {
            float[] other = values.clone();
            other[2] = value;
            assertFalse(new FeatureMap(2, 2, 1, other, false).isFinite(), "with " + value);
        }
    }

    @Test
    public void scaledViewsHaveScaledOutputs() {
        FeatureMap map = new NetworkPredictor(student.lent(), Preprocessing.STUDENT, 1)
                .features(picture(5, 64, 48), new View(1.5, false))
                .get(Task.DEPTH);
        assertEquals(map.width(), 24);
        assertEquals(map.height(), 18);
    }
}
