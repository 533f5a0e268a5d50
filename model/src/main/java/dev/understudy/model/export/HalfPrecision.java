package dev.understudy.model.export;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.external.TensorNetwork;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import dev.understudy.model.inference.Fusion;
import dev.understudy.model.inference.Preprocessing.InputNormalisation;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.model.onnx.OnnxNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How much of a network can calculate in 16 bits. Sixteen bits round each value by up to 1/2048 of it. Most networks do
 * not mind; one whose layers each enlarge a small difference, as deep ones with random weights do, says something else
 * in the end, although no value is too large for 16 bits. What a layer rounds is enlarged by those after it only, so it
 * is the first layers that must calculate in 32 bits: as few as made pictures, noise and soft shapes, show to be
 * enough.
 *
 * @param singles how many of the first layers calculate in 32 bits
 * @param layers how many there are
 * @param kept share of the made pictures' labels that stay; 1 where there is no segmentation
 * @param keptByAllInHalf the same if all layers calculate in 16 bits
 */
public record HalfPrecision(int singles, int layers, double kept, double keptByAllInHalf) {
    /**
     * Good enough to be left alone: more than the 99.5 % of labels that are promised, as other pictures are not these.
     */
    private static final Nearness GOOD = new Nearness(0.997, 0.003, 0.01);
    /**
     * What is mended is mended well: a network that enlarges differences does so more on some pictures than on others.
     */
    private static final Nearness MENDED = new Nearness(0.999, 0.001, 0.005);

    private static final int PICTURES = 4;
    private static final int HEIGHT = 128;
    private static final int WIDTH = 192;
    private static final int CHANNELS = 3;
    /** Side in pixels of a soft shape. */
    private static final int SHAPE = 32;

    /**
     * Exports the network several times into temporary files and runs them.
     *
     * @param export in 16 bits; its size, and whether it is the whole way, do not matter
     * @throws ConfigurationException if 16 bits cannot hold a weight, or no layer can calculate in them
     */
    public static HalfPrecision of(OnnxExport export) throws IOException {
        return new Search(export).fewest();
    }

    /** The export with the layers in 32 bits that need them. */
    public OnnxExport applied(OnnxExport export) {
        return builder(export).singles(singles).build();
    }

    private static OnnxExportBuilder builder(OnnxExport export) {
        return OnnxExportBuilder.builder(export);
    }

    /**
     * How near one export is to the one in 32 bits.
     *
     * @param labels share that is the same
     * @param logits their relative L2 error, which tells what a count of labels cannot where they are few
     * @param others the greater relative L2 error of metres and normals
     */
    private record Nearness(double labels, double logits, double others) {
        boolean reaches(Nearness least) {
            return labels >= least.labels && logits <= least.logits && others <= least.others;
        }
    }

    private static final class Search {
        private final OnnxExport bare;
        private final int layers;
        private final List<FloatBuffer> pictures = new ArrayList<>();
        private final List<Map<String, OutputTensor>> expected;

        Search(OnnxExport export) throws IOException {
            this.bare = builder(export)
                    .width(null)
                    .height(null)
                    .whole(false)
                    .metadata(Map.of())
                    .build();
            this.layers = Fusion.of(export.network()).size();
            Random random = new Random(11);
            for (int i = 0; i < PICTURES; i++) {
                pictures.add(picture(
                        random, i % 2 == 0 ? 1 : SHAPE, export.preprocessing().normalisation()));
            }
            this.expected = run(builder(bare).half(false).singles(0).build());
        }

        /** By halving: a layer more in 32 bits does not make it worse, but for chance; what is given was measured. */
        HalfPrecision fewest() throws IOException {
            Nearness allInHalf = nearness(0);
            if (allInHalf.reaches(GOOD)) {
                return new HalfPrecision(0, layers, allInHalf.labels(), allInHalf.labels());
            }
            int tooFew = 0;
            int enough = layers;
            Nearness found = allInHalf;
            while (enough - tooFew > 1) {
                int middle = (tooFew + enough) / 2;
                Nearness nearness = nearness(middle);
                if (nearness.reaches(MENDED)) {
                    enough = middle;
                    found = nearness;
                } else {
                    tooFew = middle;
                }
            }
            if (enough == layers) {
                throw new ConfigurationException(
                        "precision float16: no layer of this network can calculate in 16 bits without changing what it"
                                + " says; export in float32");
            }
            return new HalfPrecision(enough, layers, found.labels(), allInHalf.labels());
        }

        private Nearness nearness(int singles) throws IOException {
            List<Map<String, OutputTensor>> found =
                    run(builder(bare).singles(singles).build());
            int same = 0;
            int pixels = 0;
            double logits = 0;
            double others = 0;
            for (int i = 0; i < PICTURES; i++) {
                for (Task task : bare.network().outputs().keySet()) {
                    OutputTensor exact = expected.get(i).get(task.key());
                    OutputTensor half = found.get(i).get(task.key());
                    double error = error(exact.values(), half.values());
                    if (task == Task.SEGMENTATION) {
                        int area = (int) (exact.shape()[2] * exact.shape()[3]);
                        pixels += area;
                        same += agreeing(exact.values(), half.values(), area);
                        logits = Math.max(logits, error);
                    } else {
                        others = Math.max(others, error);
                    }
                }
            }
            return new Nearness(pixels == 0 ? 1 : (double) same / pixels, logits, others);
        }

        private List<Map<String, OutputTensor>> run(OnnxExport export) throws IOException {
            Path file = Files.createTempFile("understudy-export", ".onnx");
            try {
                export.write(file);
                List<String> outputs = export.network().outputs().keySet().stream()
                        .map(Task::key)
                        .toList();
                List<Map<String, OutputTensor>> results = new ArrayList<>();
                try (TensorNetwork network = OnnxNetwork.open(OnnxFile.read(file), "cpu", 1)) {
                    for (FloatBuffer picture : pictures) {
                        results.add(network.run(picture.duplicate(), new long[] {1, CHANNELS, HEIGHT, WIDTH}, outputs));
                    }
                }
                return results;
            } finally {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Pixels where both have the same winner; one whose logits are no numbers has none. */
    private static int agreeing(float[] exactNchw, float[] halfNchw, int pixels) {
        int same = 0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            int winner = winner(halfNchw, pixels, pixel);
            same += winner >= 0 && winner == winner(exactNchw, pixels, pixel) ? 1 : 0;
        }
        return same;
    }

    private static int winner(float[] logitsNchw, int pixels, int pixel) {
        int winner = 0;
        for (int i = pixel; i < logitsNchw.length; i += pixels) {
            if (!Float.isFinite(logitsNchw[i])) {
                return -1;
            }
            winner = logitsNchw[i] > logitsNchw[winner * pixels + pixel] ? i / pixels : winner;
        }
        return winner;
    }

    private static double error(float[] exact, float[] half) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < exact.length; i++) {
            difference += Math.pow((double) exact[i] - half[i], 2);
            norm += (double) exact[i] * exact[i];
        }
        // A value that is no number is no error that is allowed.
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.sqrt(difference / Math.max(norm, 1e-30));
    }

    /**
     * Noise on a grid of cells with bilinear values between: of cells of one pixel noise, of large ones soft shapes.
     */
    private static FloatBuffer picture(Random random, int cell, InputNormalisation normalisation) {
        int columns = WIDTH / cell + 2;
        FloatBuffer nchw = ByteBuffer.allocateDirect(Float.BYTES * CHANNELS * HEIGHT * WIDTH)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int channel = 0; channel < CHANNELS; channel++) {
            double[] corners =
                    random.doubles((long) columns * (HEIGHT / cell + 2)).toArray();
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    double pixel = 255 * between(corners, columns, (double) y / cell, (double) x / cell);
                    nchw.put((float) ((pixel * normalisation.pixelScale()
                                    - normalisation.mean().get(channel))
                            / normalisation.deviation().get(channel)));
                }
            }
        }
        return nchw.flip();
    }

    private static double between(double[] corners, int columns, double y, double x) {
        int row = (int) y;
        int column = (int) x;
        int at = row * columns + column;
        double right = x - column;
        double above = corners[at] * (1 - right) + corners[at + 1] * right;
        double below = corners[at + columns] * (1 - right) + corners[at + columns + 1] * right;
        return above * (row + 1 - y) + below * (y - row);
    }
}
