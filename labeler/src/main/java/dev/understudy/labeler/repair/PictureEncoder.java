package dev.understudy.labeler.repair;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.CheckpointReader.CheckpointFile;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.inference.View;
import dev.understudy.model.network.NetworkWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Makes {@link PictureFeatures} with the encoder of MobileNet-v2, at stride 16 and 32, as it was trained on other
 * pictures (ImageNet). Safe for several threads.
 */
public final class PictureEncoder implements AutoCloseable {
    /** The longer side that a picture is shown with: objects of a room are as large then as those of ImageNet. */
    private static final double LONGER_SIDE = 448;

    private static final double SMALLEST_SCALE = 0.25;
    private static final double LARGEST_SCALE = 4;

    private final NetworkPredictor network;

    private PictureEncoder(NetworkPredictor network) {
        this.network = network;
    }

    /**
     * @param weights of a student or a MobileNet-v2 classifier
     * @param threads that one picture may use; another number may round otherwise
     * @throws CheckpointException if the file holds no such encoder
     */
    public static PictureEncoder open(Path weights, int threads) {
        try {
            NetworkWeights encoder =
                    NetworkWeights.features(CheckpointReader.read(weights).normalised());
            return new PictureEncoder(new NetworkPredictor(
                    InferenceNetwork.of(encoder, NativeEngine.cpu(), threads), Preprocessing.STUDENT, threads));
        } catch (CheckpointException e) {
            throw e.about(weights.toString());
        }
    }

    /** SHA-256 of the file, after a look at whether it is one that can be used. */
    public static String check(Path weights) {
        CheckpointFile file = CheckpointReader.inspect(weights);
        try {
            NetworkWeights.features(file.checkpoint().normalised());
        } catch (CheckpointException e) {
            throw e.about(weights.toString());
        }
        return file.sha256();
    }

    /** @throws dev.understudy.files.DataException if the network's answer is not finite */
    public PictureFeatures of(RgbImage image) {
        double scale = LONGER_SIDE / Math.max(image.width(), image.height());
        View view = new View(Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale)), false);
        Map<Task, FeatureMap> maps = network.features(image, view);
        return new PictureFeatures(List.of(map(maps.get(Task.SEGMENTATION)), map(maps.get(Task.DEPTH))));
    }

    private static PictureFeatures.Map map(FeatureMap map) {
        return new PictureFeatures.Map(map.width(), map.height(), map.channels(), map.values());
    }

    @Override
    public void close() {
        network.close();
    }

    /**
     * What a network makes of a picture on its way, before any class.
     *
     * @param maps from fine to coarse
     */
    public record PictureFeatures(List<Map> maps) {
        public PictureFeatures {
            maps = List.copyOf(maps);
        }

        /**
         * One layer's.
         *
         * @param channels numbers a place
         * @param values [rows,columns,channels]
         */
        public record Map(int columns, int rows, int channels, float[] values) {
            public Map {
                if (columns < 1 || rows < 1 || channels < 1 || values.length != (long) columns * rows * channels) {
                    throw new IllegalArgumentException(values.length + " values for a map of " + columns + "×" + rows
                            + " with " + channels + " channels");
                }
            }
        }
    }
}
