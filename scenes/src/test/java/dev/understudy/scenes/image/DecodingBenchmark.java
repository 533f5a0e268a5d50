package dev.understudy.scenes.image;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.scenes.FrameRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading the files of one rendered 640×480 frame with sensor noise, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodingBenchmark {
    private static final double DEPTH_SCALE = 1000;

    private Path folder;
    private Path jpeg;
    private Path png;
    private Path depth;
    private Path labels;
    private Path normals;

    @Setup
    public void write() throws IOException {
        folder = Scratch.folder("understudy-bench");
        jpeg = folder.resolve("rgb.jpg");
        png = folder.resolve("rgb.png");
        depth = folder.resolve("depth.png");
        labels = folder.resolve("labels.png");
        normals = folder.resolve("normals.png");
        RenderOptions options = new RenderOptions(SceneKind.ROOMS, 640, 480, 1, 4, false, 1, 1, 0.5, 0);
        Frame frame = new FrameRenderer(options).render(0);
        RgbFiles.writeJpeg(jpeg, frame.rgb(), 0.9f);
        RgbFiles.writePng(png, frame.rgb());
        DepthFiles.write(depth, Objects.requireNonNull(frame.depth()), DEPTH_SCALE);
        LabelFiles.write(labels, Objects.requireNonNull(frame.segmentation()));
        NormalFiles.write(normals, Objects.requireNonNull(frame.normals()));
    }

    @TearDown
    public void delete() throws IOException {
        for (Path file : List.of(jpeg, png, depth, labels, normals, folder)) {
            Files.delete(file);
        }
    }

    @Benchmark
    public RgbImage rgbJpeg() {
        return RgbFiles.read(jpeg);
    }

    @Benchmark
    public RgbImage rgbPng() {
        return RgbFiles.read(png);
    }

    @Benchmark
    public DepthMap depthPng() {
        return DepthFiles.read(depth, DEPTH_SCALE);
    }

    @Benchmark
    public LabelMap labelsPng() {
        return LabelFiles.read(labels);
    }

    @Benchmark
    public NormalMap normalsPng() {
        return NormalFiles.read(normals);
    }
}
