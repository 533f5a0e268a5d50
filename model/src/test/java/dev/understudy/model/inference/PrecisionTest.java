package dev.understudy.model.inference;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.GoldenForward;
import dev.understudy.model.network.NetworkWeights;
import java.util.Random;
import org.testng.SkipException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What built-in networks say in other numbers than float32. */
public class PrecisionTest {
    @DataProvider
    public Object[][] experts() {
        return new Object[][] {{"lw-refinenet50"}, {"lw-refinenet152"}, {"wide-resnet38"}};
    }

    @Test(dataProvider = "experts")
    public void inBfloat16AnExpertsAnswersAreNear(String name) {
        requireBfloat16();
        GoldenForward golden = GoldenForward.of(name);
        try (InferenceNetwork network = open(golden, Precision.BFLOAT16);
                NDManager manager = network.newManager()) {
            NDArray input = Tensors.create(manager, golden.input(), new Shape(golden.inputShape()));
            float[] answer = network.forward(input).get(Task.SEGMENTATION).toFloatArray();
            double error = GoldenForward.error(answer, golden.expected(Task.SEGMENTATION));
            assertTrue(error < 0.03, name + " is off by " + error);
            assertTrue(error > 1e-4, name + " is not calculated in bfloat16: off by " + error);
        }
    }

    /** On pictures of rooms it is 99.3 % and more, see benchmarks/experts.md; these are noise between flat squares. */
    @Test
    public void inBfloat16AnExpertKeepsItsLabels() {
        requireBfloat16();
        GoldenForward golden = GoldenForward.of("lw-refinenet50");
        RgbImage image = squares(96, 80);
        LabelMap exact = labels(golden, Precision.FLOAT32, image);
        LabelMap rounded = labels(golden, Precision.BFLOAT16, image);
        int same = 0;
        int pixels = image.width() * image.height();
        for (int i = 0; i < pixels; i++) {
            same += exact.classAt(i) == rounded.classAt(i) ? 1 : 0;
        }
        assertTrue(same >= 0.98 * pixels, same + " of " + pixels + " pixels keep their label");
    }

    @Test
    public void autoIsWhatIsUsedOfItToTheByte() {
        GoldenForward golden = GoldenForward.of("lw-refinenet50");
        try (InferenceNetwork auto = open(golden, Precision.AUTO);
                InferenceNetwork exact = open(golden, Precision.AUTO.ofBuiltIn());
                NDManager manager = auto.newManager()) {
            NDArray input = Tensors.create(manager, golden.input(), new Shape(golden.inputShape()));
            assertEquals(
                    auto.forward(input).get(Task.SEGMENTATION).toFloatArray(),
                    exact.forward(input).get(Task.SEGMENTATION).toFloatArray());
        }
    }

    @Test
    public void inBfloat16TheStudentsThreeHeadsAnswer() {
        requireBfloat16();
        GoldenForward golden = GoldenForward.of("mt-lw-refinenet-nyud-three");
        try (InferenceNetwork network = open(golden, Precision.BFLOAT16);
                NDManager manager = network.newManager()) {
            NDArray input = Tensors.create(manager, golden.input(), new Shape(golden.inputShape()));
            network.forward(input).forEach((task, output) -> {
                assertEquals(output.toFloatArray().length, golden.expected(task).length);
                for (float value : output.toFloatArray()) {
                    assertTrue(Float.isFinite(value), task + " is not finite");
                }
            });
        }
    }

    @Test
    public void whatTheProcessorCannotDoIsRefused() {
        ConfigurationException e =
                expectThrows(ConfigurationException.class, () -> Precision.FLOAT16.check(NativeEngine.cpu()));
        assertTrue(e.getMessage().contains("on GPUs only"), e.getMessage());
        e = expectThrows(ConfigurationException.class, () -> Precision.parse("half"));
        assertEquals(e.getMessage(), "precision: half, expected auto, float32, bfloat16 or float16");
    }

    private static void requireBfloat16() {
        try {
            Precision.BFLOAT16.check(NativeEngine.cpu());
        } catch (ConfigurationException e) {
            throw new SkipException(e.getMessage());
        }
    }

    private static InferenceNetwork open(GoldenForward golden, Precision precision) {
        NetworkWeights network = NetworkWeights.of(golden.architecture(), golden.checkpoint());
        return InferenceNetwork.of(network, NativeEngine.cpu(), 1, precision);
    }

    private static LabelMap labels(GoldenForward golden, Precision precision, RgbImage image) {
        try (NetworkPredictor predictor = new NetworkPredictor(open(golden, precision), Preprocessing.EXPERT, 1)) {
            return predictor.predict("squares", image).segmentation();
        }
    }

    private static RgbImage squares(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        Random random = new Random(5);
        for (int i = 0; i < width * height; i++) {
            int square = i % width / 16 + i / width / 16 * 7;
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) (square * (31 + 12 * c) + random.nextInt(20));
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
