package dev.understudy.cli.bench;

import dev.understudy.cli.console.PictureSize;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Sha256;
import dev.understudy.model.benchmark.MemoryTrend;
import dev.understudy.model.benchmark.NetworkBenchmark;
import dev.understudy.model.benchmark.NetworkBenchmark.BenchmarkReport;
import dev.understudy.model.benchmark.NetworkBenchmark.BenchmarkSetup;
import dev.understudy.model.benchmark.NetworkBenchmark.FrameEncoder;
import dev.understudy.model.benchmark.NetworkBenchmarkBenchmarkSetupBuilder;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.Architecture;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardWriter;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import dev.understudy.store.StoreDescriptionBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** The stages around a network, as the label job has them: a PNG from disk before it, a shard on disk after it. */
final class NetworkStages {
    /** In a shard, whose files are forced to disk and read back once. */
    private static final int SHARD_SIZE = 8;

    private static final List<FrameRecord> FRAMES = IntStream.range(0, SHARD_SIZE)
            .mapToObj(i -> FrameRecord.of("bench-" + i, "bench.png").build())
            .toList();

    private NetworkStages() {}

    static BenchmarkReport measure(
            String architecture, Precision precision, PictureSize size, int threads, int rounds, boolean plain)
            throws IOException {
        Architecture parsed = Architecture.parse(architecture);
        try (ScratchFolder scratch = ScratchFolder.create()) {
            Path folder = scratch.path();
            Path picture = folder.resolve("bench.png");
            RgbFiles.writePng(picture, gradient(size));
            precision.check(NativeEngine.cpu());
            BenchmarkSetup setup = setup(parsed, precision, size, threads)
                    .rounds(rounds)
                    .plain(plain)
                    .build();
            return new NetworkBenchmark(
                            setup,
                            () -> RgbFiles.read(picture),
                            new FrameEncoder(SHARD_SIZE, evidence -> write(evidence, size, setup, folder)))
                    .run();
        }
    }

    /** The network and the reduction after it, frames in a row. */
    static MemoryTrend soak(String architecture, Precision precision, PictureSize size, int threads, int frames) {
        precision.check(NativeEngine.cpu());
        BenchmarkSetup setup = setup(Architecture.parse(architecture), precision, size, threads)
                .rounds(1)
                .plain(false)
                .build();
        return new NetworkBenchmark(setup, null, null).soak(frames);
    }

    private static NetworkBenchmarkBenchmarkSetupBuilder setup(
            Architecture architecture, Precision precision, PictureSize size, int threads) {
        return NetworkBenchmarkBenchmarkSetupBuilder.builder()
                .architecture(architecture)
                .heads(architecture.usualHeads())
                .width(size.width())
                .height(size.height())
                .threads(threads)
                .precision(precision);
    }

    private static void write(SegmentationEvidence evidence, PictureSize size, BenchmarkSetup setup, Path folder) {
        ShardPlan plan = ShardPlan.of(FRAMES, SHARD_SIZE);
        StoreDescription description = StoreDescriptionBuilder.builder()
                .formatVersion(StoreDescription.FORMAT_VERSION)
                .tasks(List.of(Task.SEGMENTATION))
                .classes("bench")
                .numberOfClasses(setup.heads().classes())
                .classMap("identity")
                .expert(new ExpertIdentity(setup.architecture().key(), Sha256.of("bench")))
                .preprocessing("bench")
                .views(List.of("bench"))
                .topK(evidence.topK())
                .shardSize(1)
                .plan(plan.digest())
                .build();
        String attempt = UUID.randomUUID().toString();
        try (ShardWriter writer =
                ShardWriter.create(folder, description, plan.shards().get(0), attempt, setup.threads())) {
            for (FrameRecord frame : FRAMES) {
                writer.put(frame, new Evidence(size.width(), size.height(), evidence, null));
            }
            writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Neither flat nor noise, so that it decodes about as fast as a photograph. */
    static RgbImage gradient(PictureSize size) {
        byte[] rgb = new byte[size.width() * size.height() * 3];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % size.width();
            int y = i / 3 / size.width();
            rgb[i] = (byte) (x * 5 / 3 + y * (i % 3) + (x * y * 31 >> 5 & 7));
        }
        return new RgbImage(size.width(), size.height(), rgb);
    }
}
