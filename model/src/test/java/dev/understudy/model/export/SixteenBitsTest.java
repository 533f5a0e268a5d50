package dev.understudy.model.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.network.GoldenForward;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Exported networks that calculate in 16 bits, as far as that keeps their labels. */
public class SixteenBitsTest {
    private static final Map<String, HalfPrecision> SEARCHED = new ConcurrentHashMap<>();

    @DataProvider
    public Object[][] students() {
        return GoldenForward.all().stream()
                .filter(c -> c.tensors().startsWith("mt-"))
                .map(c -> new Object[] {c})
                .toArray(Object[][]::new);
    }

    @Test
    public void sixteenBitsStayNearThirtyTwo() throws OrtException {
        GoldenForward golden = GoldenForward.of("lw-refinenet50");
        try (OrtSession session =
                OnnxExportTest.session(OnnxExportTest.export(golden).half(true).build())) {
            Map<String, float[]> outputs =
                    OnnxExportTest.run(session, FloatBuffer.wrap(golden.input()), golden.inputShape());
            double error = GoldenForward.error(outputs.get("segmentation"), golden.expected(Task.SEGMENTATION));
            assertTrue(error < 2e-2, "16 bits are off by " + error);
            assertTrue(error > 1e-5, "nothing was rounded");
        }
    }

    /**
     * The golden students enlarge a small difference some five hundred times: rounding just their input to 16 bits
     * changes an eighth of their labels. So most of their layers stay in 32 bits, and none of the experts'. The search
     * for these layers is made with the smallest expert; the others calculate all of it in 16 bits.
     */
    @Test(dataProvider = "golden", dataProviderClass = GoldenForward.class)
    public void sixteenBitsKeepTheLabels(GoldenForward golden) throws IOException, OrtException {
        OnnxExport half = OnnxExportTest.export(golden).half(true).build();
        boolean student = golden.tensors().startsWith("mt-");
        boolean small = isSmall(golden);
        HalfPrecision precision = small ? searched(golden, half) : new HalfPrecision(0, Integer.MAX_VALUE, 1, 1);
        assertEquals(precision.singles() > 0, student, golden.tensors() + " " + precision);
        assertTrue(precision.singles() < precision.layers(), golden.tensors() + " " + precision);
        int classes =
                golden.architecture().headsIn(golden.checkpoint()).orElseThrow().classes();
        long[] shape = golden.inputShape();
        OnnxExport fixed = OnnxExportBuilder.builder(half)
                .width((int) shape[3])
                .height((int) shape[2])
                .build();
        for (OnnxExport export : small ? List.of(half, fixed) : List.of(half)) {
            try (OrtSession session = OnnxExportTest.session(precision.applied(export))) {
                Map<String, float[]> outputs = OnnxExportTest.run(session, FloatBuffer.wrap(golden.input()), shape);
                double kept = kept(golden.expected(Task.SEGMENTATION), outputs.get("segmentation"), classes);
                assertTrue(kept >= 0.995, golden.tensors() + ": 16 bits keep " + kept + " of the labels; " + precision);
            }
        }
    }

    @Test(dataProvider = "students")
    public void sixteenBitsKeepTheLabelsOfPicturesOfOddSizes(GoldenForward golden) throws IOException, OrtException {
        long[] odd = {1, 3, 157, 211};
        FloatBuffer picture = FloatBuffer.wrap(OnnxExportTest.noise(3 * 157 * 211, 8));
        OnnxExport half = OnnxExportTest.export(golden).half(true).build();
        try (OrtSession exact =
                        OnnxExportTest.session(OnnxExportTest.export(golden).build());
                OrtSession mixed = OnnxExportTest.session(searched(golden, half).applied(half))) {
            int classes = golden.architecture()
                    .headsIn(golden.checkpoint())
                    .orElseThrow()
                    .classes();
            float[] expected =
                    OnnxExportTest.run(exact, picture.duplicate(), odd).get("segmentation");
            float[] found = OnnxExportTest.run(mixed, picture.duplicate(), odd).get("segmentation");
            double kept = kept(expected, found, classes);
            assertTrue(kept >= 0.995, golden.tensors() + ": 16 bits keep " + kept + " of the labels");
        }
    }

    /** The others are half a gigabyte, and would be written and read once more for each thing that is asked. */
    static boolean isSmall(GoldenForward golden) {
        return golden.tensors().startsWith("mt-") || golden.tensors().equals("lw-refinenet50");
    }

    /** Two tests ask, and a search takes seconds. */
    private static HalfPrecision searched(GoldenForward golden, OnnxExport half) {
        return SEARCHED.computeIfAbsent(golden.tensors(), name -> {
            try {
                return HalfPrecision.of(half);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static double kept(float[] exact, float[] half, int classes) {
        int[] expected = labels(exact, classes);
        int[] found = labels(half, classes);
        int same = 0;
        for (int i = 0; i < expected.length; i++) {
            same += expected[i] == found[i] ? 1 : 0;
        }
        return (double) same / expected.length;
    }

    private static int[] labels(float[] logitsNchw, int classes) {
        int[] labels = new int[logitsNchw.length / classes];
        for (int pixel = 0; pixel < labels.length; pixel++) {
            for (int c = 1; c < classes; c++) {
                if (logitsNchw[c * labels.length + pixel] > logitsNchw[labels[pixel] * labels.length + pixel]) {
                    labels[pixel] = c;
                }
            }
        }
        return labels;
    }

    @Test
    public void aWeightThatSixteenBitsCannotHoldIsNamed() {
        GoldenForward golden = GoldenForward.of("mt-lw-refinenet-nyud");
        Map<String, Tensor> tensors = new HashMap<>(golden.checkpoint().tensors());
        String name = tensors.keySet().stream()
                .filter(n -> n.endsWith("weight") && tensors.get(n).shape().length == 4)
                .sorted()
                .findFirst()
                .orElseThrow();
        float[] values = tensors.get(name).toFloats();
        Arrays.fill(values, 1e30f);
        tensors.put(name, Tensor.of(tensors.get(name).shape(), values));
        OnnxExport export = OnnxExportTest.export(golden)
                .checkpoint(new Checkpoint(tensors))
                .half(true)
                .build();
        ConfigurationException refusal = expectThrows(ConfigurationException.class, export::model);
        assertTrue(
                refusal.getMessage().contains(name) && refusal.getMessage().contains("float32"), refusal.getMessage());
    }
}
