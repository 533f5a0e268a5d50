package dev.understudy.model.inference;

import static org.testng.Assert.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.external.NetworkOutputs;
import dev.understudy.model.external.PictureInput;
import dev.understudy.model.external.TensorNetwork;
import dev.understudy.model.external.TensorPictureNetwork;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** How many pictures the networks themselves see at once. */
public class SameSizeTest {
    private static final int[][] SIZES = {{40, 32}, {32, 40}, {40, 32}, {40, 32}, {32, 40}};

    private static List<RgbImage> images() {
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < SIZES.length; i++) {
            byte[] rgb = new byte[SIZES[i][0] * SIZES[i][1] * 3];
            java.util.Arrays.fill(rgb, (byte) (20 * (i + 1)));
            images.add(new RgbImage(SIZES[i][0], SIZES[i][1], rgb));
        }
        return images;
    }

    @Test
    public void aBuiltInNetworkSeesPicturesOfOneSizeAtOnce() {
        List<Long> batches = new ArrayList<>();
        try (Network network = Architecture.MT_LW_REFINENET.create(Heads.segmentation(4), NativeEngine.cpu(), 3);
                InferenceNetwork frozen = InferenceNetwork.of(network, NativeEngine.cpu(), 1);
                NetworkPredictor predictor =
                        new NetworkPredictor(new Counting(frozen, batches), Preprocessing.STUDENT, 1)) {
            assertEquals(predictor.features(images(), View.PLAIN).size(), SIZES.length);
        }
        assertEquals(batches, List.of(3L, 2L));
    }

    private record Counting(InferenceNetwork network, List<Long> batches) implements InferenceNetwork {
        @Override
        public String architecture() {
            return network.architecture();
        }

        @Override
        public List<Task> tasks() {
            return network.tasks();
        }

        @Override
        public NDManager newManager() {
            return network.newManager();
        }

        @Override
        public Map<Task, NDArray> forward(NDArray imagesNchw) {
            batches.add(imagesNchw.getShape().get(0));
            return network.forward(imagesNchw);
        }

        @Override
        public void close() {}
    }

    @Test
    public void aFilesNetworkSeesPicturesOfOneSizeAtOnceIfItTakesThem() {
        assertEquals(batches(true), List.of(3L, 2L));
        assertEquals(batches(false), List.of(1L, 1L, 1L, 1L, 1L));
    }

    private static List<Long> batches(boolean several) {
        List<Long> batches = new ArrayList<>();
        PictureInput input = ConfigurationLoader.parse("test", "size: dynamic", PictureInput.class, List.of());
        NetworkOutputs outputs =
                ConfigurationLoader.parse("test", "depth: {tensor: d, kind: metres}", NetworkOutputs.class, List.of());
        try (TensorPictureNetwork network =
                new TensorPictureNetwork(new FirstValues(several, batches), input, outputs, 0)) {
            List<Map<Task, FeatureMap>> answers = network.features(images(), View.PLAIN);
            for (int i = 0; i < SIZES.length; i++) {
                assertEquals(answers.get(i).get(Task.DEPTH).resize(1, 1, Interpolation.BILINEAR)[0], 20f * (i + 1));
            }
        }
        return batches;
    }

    /** Says of each picture its first value. */
    private record FirstValues(boolean takesBatches, List<Long> batches) implements TensorNetwork {
        @Override
        public Map<String, OutputTensor> run(FloatBuffer inputNchw, long[] shape, List<String> outputs) {
            batches.add(shape[0]);
            float[] values = new float[(int) shape[0]];
            for (int i = 0; i < values.length; i++) {
                values[i] = inputNchw.get((int) (i * shape[1] * shape[2] * shape[3]));
            }
            return Map.of("d", new OutputTensor(new long[] {shape[0], 1, 1, 1}, values));
        }

        @Override
        public void close() {}
    }
}
