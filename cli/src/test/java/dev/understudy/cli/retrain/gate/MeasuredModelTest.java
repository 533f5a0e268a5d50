package dev.understudy.cli.retrain.gate;

import static org.testng.Assert.assertEquals;

import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.gate.Measurements;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

public class MeasuredModelTest {
    @Test
    public void aMeasurementOfTwentyThousandFramesIsReadBack() throws IOException {
        List<String> classes =
                IntStream.range(0, 40).mapToObj(c -> "class " + c).toList();
        List<FrameSums> frames = IntStream.range(0, 20_000)
                .mapToObj(i -> new FrameSums(
                        String.format(Locale.ROOT, "recording/%06d", i),
                        "recording",
                        new TreeMap<>(Map.of(
                                "segmentation",
                                IntStream.range(0, 4 * classes.size())
                                        .mapToDouble(c -> 1000 * c + i)
                                        .toArray(),
                                "depth",
                                Measurements.depth(307200, i * 0.1, i * 0.01, i * 0.001, 300000),
                                "normals",
                                new double[] {307200, i * 0.7, i * 0.9, 200000, 250000, 300000}))))
                .toList();
        MeasuredModel model =
                new MeasuredModel("v0001", List.of(new MeasuredSet("test", "d1", classes, frames)), 20.0, 1000, null);
        try (Scratch scratch = Scratch.create()) {
            Path file = scratch.resolve(MeasuredModel.FILE);
            MeasuredModel.FORMAT.write(file, model);
            MeasuredSet read = MeasuredModel.FORMAT.read(file).sets().get(0);
            assertEquals(read.frames().size(), 20_000);
            for (int i = 0; i < 20_000; i++) {
                assertEquals(read.frames().get(i).frame(), frames.get(i).frame());
                assertEquals(
                        Arrays.toString(read.frames().get(i).of(SegmentationMetrics.MIOU)),
                        Arrays.toString(frames.get(i).of(SegmentationMetrics.MIOU)));
            }
        }
    }
}
