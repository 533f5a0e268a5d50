package dev.understudy.model.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.model.inference.PictureNetwork.SameSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a network on whole frames: the picture is normalised, the outputs come back at the picture's size; the most
 * probable class, depth as absolute value, normals of unit length. Safe for several threads at once.
 */
public final class NetworkPredictor implements FramePredictor, PictureNetwork {
    private final InferenceNetwork network;
    private final Preprocessing preprocessing;
    private final ClassSlice slice;
    private final ImageInput input;
    private final TopKReducer reducer;

    /** Segmentation over all of the network's classes. */
    public NetworkPredictor(InferenceNetwork network, Preprocessing preprocessing, int threads) {
        this(network, preprocessing, ClassSlice.ALL, threads);
    }

    /**
     * @param network closed with this predictor; to share one, pass {@link InferenceNetwork#lent}
     * @param slice which of the network's classes compete, for a network that was trained on several data sets
     * @param threads for resizing and reduction
     */
    public NetworkPredictor(InferenceNetwork network, Preprocessing preprocessing, ClassSlice slice, int threads) {
        this.network = network;
        this.preprocessing = preprocessing;
        this.slice = slice;
        this.input = new ImageInput(preprocessing);
        this.reducer = new TopKReducer(1, preprocessing.interpolation(), threads);
    }

    @Override
    public Set<Task> tasks() {
        return EnumSet.copyOf(network.tasks());
    }

    /**
     * The network's raw outputs for one view of a picture, at its own stride; segmentation holds the slice's classes
     * only.
     *
     * @throws DataException if a value of them is not finite
     */
    public Map<Task, FeatureMap> features(RgbImage image, View view) {
        return together(List.of(image), view).get(0);
    }

    private List<Map<Task, FeatureMap>> together(List<RgbImage> images, View view) {
        try (NDManager manager = network.newManager()) {
            Map<Task, NDArray> outputs = network.forward(input.of(images, view, manager));
            List<Map<Task, FeatureMap>> answers = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                int picture = i;
                Map<Task, FeatureMap> maps = new EnumMap<>(Task.class);
                outputs.forEach((task, output) -> maps.put(task, FeatureMap.of(output, picture, view.mirrored())));
                maps.forEach(NetworkPredictor::requireFinite);
                maps.computeIfPresent(Task.SEGMENTATION, (task, map) -> map.only(slice));
                answers.add(maps);
            }
            return answers;
        }
    }

    /** A value that is no number would be ranked like any other and come out as a class. */
    private static void requireFinite(Task task, FeatureMap map) {
        if (!map.isFinite()) {
            throw new DataException("the network's " + task.key() + " is not finite somewhere; look at the weights with"
                    + " 'understudy checkpoint inspect', and at the picture");
        }
    }

    @Override
    public List<Map<Task, FeatureMap>> features(List<RgbImage> images, View view) {
        return SameSize.eachShown(images, true, alike -> together(alike, view));
    }

    @Override
    public Prediction predict(Frame frame) {
        return predict(frame.id(), frame.rgb());
    }

    /**
     * All tasks for a picture alone.
     *
     * @param name of the picture, for messages
     * @throws DataException if the network's answer is not finite
     */
    public Prediction predict(String name, RgbImage image) {
        Map<Task, FeatureMap> maps;
        try {
            maps = features(image, View.PLAIN);
        } catch (DataException e) {
            throw e.about(name);
        }
        int width = image.width();
        int height = image.height();
        FeatureMap segmentation = maps.get(Task.SEGMENTATION);
        FeatureMap depth = maps.get(Task.DEPTH);
        FeatureMap normals = maps.get(Task.NORMALS);
        return new Prediction(
                segmentation == null ? null : labels(segmentation, width, height),
                depth == null ? null : depth(depth, width, height),
                normals == null ? null : normals(normals, width, height));
    }

    private LabelMap labels(FeatureMap logits, int width, int height) {
        if (logits.channels() > LabelMap.IGNORE) {
            throw new ConfigurationException(logits.channels() + " classes, expected at most " + LabelMap.IGNORE);
        }
        return reducer.winners(logits, width, height);
    }

    private DepthMap depth(FeatureMap map, int width, int height) {
        float[] metres = map.resize(width, height, preprocessing.interpolation());
        for (int i = 0; i < metres.length; i++) {
            metres[i] = Math.abs(metres[i]);
        }
        return new DepthMap(width, height, metres);
    }

    private NormalMap normals(FeatureMap map, int width, int height) {
        float[] xyz = map.resize(width, height, preprocessing.interpolation());
        for (int i = 0; i < xyz.length; i += 3) {
            double length = Math.sqrt((double) xyz[i] * xyz[i] + xyz[i + 1] * xyz[i + 1] + xyz[i + 2] * xyz[i + 2]);
            float scale = length > 1e-12 ? (float) (1 / length) : 0;
            for (int k = i; k < i + 3; k++) {
                xyz[k] *= scale;
            }
        }
        return new NormalMap(width, height, xyz);
    }

    @Override
    public void close() {
        network.close();
    }

    /** Turns decoded pictures into a network's input. Immutable and safe for several threads. */
    public static final class ImageInput {
        private static final int CHANNELS = 3;

        private final float[] table;

        public ImageInput(Preprocessing preprocessing) {
            this.table = preprocessing.normalisation().table();
        }

        /** One picture as [1, 3, h, w]; see {@link #of(List, View, NDManager)}. */
        public NDArray of(RgbImage image, View view, NDManager manager) {
            return of(List.of(image), view, manager);
        }

        /**
         * Pictures as [n, 3, h, w], normalised, in channels-last memory order.
         *
         * @param images at least one, all of one size
         * @param manager what the result is attached to; the result must not outlive it
         */
        NDArray of(List<RgbImage> images, View view, NDManager manager) {
            int width = view.sized(images.get(0).width());
            int height = view.sized(images.get(0).height());
            int values =
                    Math.multiplyExact(Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS), images.size());
            ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(values, Float.BYTES))
                    .order(ByteOrder.nativeOrder());
            FloatBuffer hwc = bytes.asFloatBuffer();
            for (RgbImage image : images) {
                if (width == image.width() && height == image.height()) {
                    copy(image, view.mirrored(), hwc);
                } else {
                    hwc.put(resized(image, view, width, height));
                }
            }
            // The array points into the buffer and keeps it alive: it is left to the manager, not closed here.
            NDArray nhwc = manager.create(bytes, new Shape(images.size(), height, width, CHANNELS), DataType.FLOAT32);
            return nhwc.transpose(0, 3, 1, 2);
        }

        private void copy(RgbImage image, boolean mirrored, FloatBuffer hwc) {
            byte[] rgb = image.rgb();
            int width = image.width();
            float[] row = new float[width * CHANNELS];
            for (int y = 0; y < image.height(); y++) {
                int from = y * row.length;
                for (int x = 0; x < width; x++) {
                    int at = from + (mirrored ? width - 1 - x : x) * CHANNELS;
                    row[x * CHANNELS] = table[rgb[at] & 0xFF];
                    row[x * CHANNELS + 1] = table[256 + (rgb[at + 1] & 0xFF)];
                    row[x * CHANNELS + 2] = table[512 + (rgb[at + 2] & 0xFF)];
                }
                hwc.put(row);
            }
        }

        /** Normalises first: interpolation weights add up to 1, so the order does not matter. */
        private float[] resized(RgbImage image, View view, int width, int height) {
            FloatBuffer original = FloatBuffer.allocate(image.rgb().length);
            copy(image, false, original);
            return new FeatureMap(image.width(), image.height(), CHANNELS, original.array(), view.mirrored())
                    .resize(width, height, Interpolation.BILINEAR);
        }
    }
}
