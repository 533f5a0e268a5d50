package dev.understudy.model.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.GoldenForward;
import dev.understudy.model.network.Heads;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.model.onnx.OnnxRuntime;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Exported networks in ONNX Runtime against the original authors' numbers and against our own prediction. */
public class OnnxExportTest {
    @Test(dataProvider = "golden", dataProviderClass = GoldenForward.class)
    public void givesTheOriginalsOutputsAtAnySizeAndAtAFixedOne(GoldenForward golden) throws OrtException {
        long[] shape = golden.inputShape();
        OnnxExportBuilder builder = export(golden);
        OnnxExport anySize = builder.build();
        OnnxExport fixed = builder.width((int) shape[3]).height((int) shape[2]).build();
        for (OnnxExport export : SixteenBitsTest.isSmall(golden) ? List.of(anySize, fixed) : List.of(anySize)) {
            try (OrtSession session = session(export)) {
                Map<String, float[]> outputs = run(session, FloatBuffer.wrap(golden.input()), shape);
                golden.outputFiles().keySet().forEach(task -> {
                    double error = GoldenForward.error(outputs.get(task.key()), golden.expected(task));
                    assertTrue(error < golden.tolerance(), golden.tensors() + " " + task + " is off by " + error);
                });
                if (export == anySize) {
                    saysWhatTheNetworkSaysOfAnOddPicture(golden, session);
                }
            }
        }
    }

    /** Against what {@code predict --tensor} runs, of a size that the golden numbers do not have. */
    private static void saysWhatTheNetworkSaysOfAnOddPicture(GoldenForward golden, OrtSession session)
            throws OrtException {
        long[] shape = {1, 3, 33, 47};
        float[] picture = noise(3 * 33 * 47, 9);
        Map<String, float[]> outputs = run(session, FloatBuffer.wrap(picture), shape);
        try (InferenceNetwork network = network(golden);
                NDManager manager = network.newManager()) {
            network.forward(manager.create(picture, new Shape(shape))).forEach((task, output) -> {
                double error = GoldenForward.error(outputs.get(task.key()), output.toFloatArray());
                assertTrue(error < golden.tolerance(), golden.tensors() + " " + task + " is off by " + error);
            });
        }
    }

    private static InferenceNetwork network(GoldenForward golden) {
        Checkpoint checkpoint = golden.checkpoint();
        Heads heads = golden.architecture().headsIn(checkpoint).orElseThrow();
        return InferenceNetwork.of(golden.architecture(), heads, checkpoint, NativeEngine.cpu(), 1);
    }

    @Test
    public void aNetworkOfAnySizeTakesOddPicturesAndSeveralAtOnce() throws OrtException {
        GoldenForward golden = GoldenForward.of("mt-lw-refinenet-nyud-three");
        try (OrtSession session = session(export(golden).build())) {
            for (int[] size : new int[][] {{33, 47}, {64, 65}}) {
                float[] one = noise(3 * size[0] * size[1], 5);
                float[] two = Arrays.copyOf(one, 2 * one.length);
                System.arraycopy(noise(one.length, 6), 0, two, one.length, one.length);
                float[] alone = run(session, FloatBuffer.wrap(one), new long[] {1, 3, size[0], size[1]})
                        .get("segmentation");
                float[] both = run(session, FloatBuffer.wrap(two), new long[] {2, 3, size[0], size[1]})
                        .get("segmentation");
                double error = GoldenForward.error(Arrays.copyOf(both, alone.length), alone);
                assertTrue(error < 1e-4, "a picture among others is off by " + error);
            }
        }
    }

    @Test(dataProvider = "golden", dataProviderClass = GoldenForward.class)
    public void theWholeWayIsThatOfPredict(GoldenForward golden) throws OrtException {
        int height = 61;
        int width = 83;
        byte[] rgb = new byte[3 * width * height];
        new Random(7).nextBytes(rgb);
        Prediction expected = predict(golden, new RgbImage(width, height, rgb));
        try (OrtSession session = session(whole(golden));
                OnnxTensor image = OnnxTensor.createTensor(
                        OnnxRuntime.environment(),
                        ByteBuffer.wrap(rgb),
                        new long[] {1, height, width, 3},
                        OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of("image", image))) {
            if (expected.segmentation() != null) {
                byte[][][] labels =
                        (byte[][][]) result.get("labels").orElseThrow().getValue();
                int same = 0;
                for (int i = 0; i < width * height; i++) {
                    int label = labels[0][i / width][i % width] & 0xFF;
                    same += label == expected.segmentation().classAt(i) ? 1 : 0;
                }
                assertTrue(same >= 0.999 * width * height, same + " of " + width * height + " labels are the same");
            }
            if (expected.depth() != null) {
                float[][][] depth =
                        (float[][][]) result.get("depth").orElseThrow().getValue();
                float[] flat = flat(depth[0]);
                double error = GoldenForward.error(flat, expected.depth().metres());
                assertTrue(error < 1e-3, "depth is off by " + error);
            }
            if (expected.normals() != null) {
                float[][][][] normals =
                        (float[][][][]) result.get("normals").orElseThrow().getValue();
                float[] flat = new float[3 * width * height];
                for (int i = 0; i < flat.length; i++) {
                    flat[i] = normals[0][i / 3 / width][i / 3 % width][i % 3];
                }
                double error = GoldenForward.error(flat, expected.normals().xyz());
                assertTrue(error < 1e-2, "normals are off by " + error);
            }
        }
    }

    /** What onnx.checker asks of these files where it is: that they are whole, and of the types that are promised. */
    @Test(dataProvider = "ways")
    public void everyFileIsOneThatOurReaderAndTheRuntimeOpenWithTheSameTypes(boolean whole, boolean half, boolean fixed)
            throws IOException, OrtException {
        GoldenForward golden = GoldenForward.of("mt-lw-refinenet-nyud-three");
        OnnxExportBuilder builder = export(golden).whole(whole).half(half).singles(half ? 40 : 0);
        OnnxExport export = (fixed ? builder.width(96).height(64) : builder).build();
        Path file = Scratch.file("export", ".onnx");
        try {
            write(export, file);
            OnnxFile read = OnnxFile.read(file);
            assertEquals(read.opset(), 17);
            assertEquals(read.precision(), half ? "float16" : "float32");
            assertEquals(read.input().name(), "image");
            assertEquals(read.input().hasBytes(), whole);
            Map<String, String> types = new TreeMap<>();
            read.outputs().forEach(output -> assertTrue(output.hasBytes() || output.isReal(), output.toString()));
            read.outputs().forEach(output -> types.put(output.name(), output.hasBytes() ? "uint8" : "float32"));
            assertEquals(
                    types,
                    whole
                            ? Map.of("labels", "uint8", "depth", "float32", "normals", "float32")
                            : Map.of("segmentation", "float32", "depth", "float32", "normals", "float32"));
            try (OrtSession session = OnnxRuntime.environment().createSession(file.toString())) {
                Map<String, String> opened = new TreeMap<>();
                session.getOutputInfo().forEach((name, node) -> {
                    TensorInfo info = (TensorInfo) node.getInfo();
                    opened.put(name, info.type == OnnxJavaType.UINT8 ? "uint8" : "float32");
                });
                assertEquals(opened, types);
                TensorInfo image =
                        (TensorInfo) session.getInputInfo().get("image").getInfo();
                assertEquals(image.type, whole ? OnnxJavaType.UINT8 : OnnxJavaType.FLOAT);
                long[] shape = image.getShape();
                assertEquals(shape[whole ? 1 : 2], fixed ? 64 : -1);
                assertEquals(shape[whole ? 2 : 3], fixed ? 96 : -1);
            }
        } finally {
            Files.delete(file);
        }
    }

    @DataProvider
    public Object[][] ways() {
        return IntStream.range(0, 8)
                .mapToObj(i -> new Object[] {(i & 1) != 0, (i & 2) != 0, (i & 4) != 0})
                .toArray(Object[][]::new);
    }

    @Test
    public void theSameNetworkGivesTheSameBytesAndCarriesItsMetadata() {
        GoldenForward golden = GoldenForward.of("mt-lw-refinenet-nyud");
        OnnxExport export = export(golden)
                .metadata(Map.of("classes", "[\"wall\"]", "architecture", "mt-lw-refinenet"))
                .build();
        byte[] bytes = export.model().toByteArray();
        assertEquals(bytes, export.model().toByteArray());
        assertEquals(export.model().getMetadataProps(0).getKey(), "architecture");
        assertEquals(export.model().getMetadataProps(1).getValue(), "[\"wall\"]");
    }

    static OnnxExport whole(GoldenForward golden) {
        return export(golden).whole(true).preprocessing(preprocessing(golden)).build();
    }

    private static Preprocessing preprocessing(GoldenForward golden) {
        return golden.tensors().startsWith("mt-") ? Preprocessing.STUDENT : Preprocessing.EXPERT;
    }

    static OnnxExportBuilder export(GoldenForward golden) {
        Checkpoint checkpoint = golden.checkpoint();
        Heads heads = golden.architecture().headsIn(checkpoint).orElseThrow();
        return OnnxExportBuilder.builder()
                .network(golden.architecture().graph(heads))
                .checkpoint(checkpoint)
                .preprocessing(Preprocessing.STUDENT)
                .metadata(Map.of());
    }

    static Prediction predict(GoldenForward golden, RgbImage image) {
        try (NetworkPredictor predictor = new NetworkPredictor(network(golden), preprocessing(golden), 1)) {
            return predictor.predict("picture", image);
        }
    }

    /** By way of a file: an expert's weights are half a gigabyte, which the heap would hold twice. */
    static OrtSession session(OnnxExport export) throws OrtException {
        OrtEnvironment environment = OnnxRuntime.environment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            Path file = Scratch.file("export", ".onnx");
            try {
                write(export, file);
                return environment.createSession(file.toString(), options);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(OnnxExport export, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            export.model().writeTo(out);
        }
    }

    static Map<String, float[]> run(OrtSession session, FloatBuffer values, long[] shape) throws OrtException {
        try (OnnxTensor image = OnnxTensor.createTensor(OnnxRuntime.environment(), values, shape);
                OrtSession.Result result = session.run(Map.of("image", image))) {
            Map<String, float[]> outputs = new HashMap<>();
            result.forEach(output -> {
                FloatBuffer buffer = ((OnnxTensor) output.getValue()).getFloatBuffer();
                float[] copy = new float[buffer.remaining()];
                buffer.get(copy);
                outputs.put(output.getKey(), copy);
            });
            return outputs;
        }
    }

    static float[] noise(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() * 4 - 2;
        }
        return values;
    }

    private static float[] flat(float[][] rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int y = 0; y < rows.length; y++) {
            System.arraycopy(rows[y], 0, all, y * rows[0].length, rows[0].length);
        }
        return all;
    }
}
