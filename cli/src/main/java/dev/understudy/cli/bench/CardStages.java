package dev.understudy.cli.bench;

import dev.understudy.cli.console.PictureSize;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.NetworkExpert;
import dev.understudy.model.benchmark.Durations;
import dev.understudy.model.inference.PictureNetwork;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A card's expert on the way that the label job takes, frame by frame in one thread: decode, network, reduction, encoding.
 * Medians, milliseconds a frame.
 *
 * @param network of all views, with what makes the input of the picture
 * @param framesPerSecond of the whole way
 */
record CardStages(
        String card,
        String size,
        int threads,
        int views,
        double decode,
        double network,
        double reduction,
        double encode,
        double framesPerSecond) {
    private static final int SHARD_SIZE = 8;

    static CardStages measure(Path card, PictureSize size, int threads, int rounds) throws IOException {
        ExpertConfiguration configuration = ExpertConfiguration.ofCard(card).build();
        ExpertPlan plan = ExpertPlan.of(configuration);
        List<FrameRecord> records = IntStream.range(0, SHARD_SIZE)
                .mapToObj(i -> FrameRecord.of("bench-" + i, "bench.png").build())
                .toList();
        List<Double> decode = new ArrayList<>();
        List<Double> network = new ArrayList<>();
        List<Double> predict = new ArrayList<>();
        List<Double> encode = new ArrayList<>();
        try (ScratchFolder scratch = ScratchFolder.create();
                PictureNetwork built = plan.build(threads);
                NetworkExpert expert = new NetworkExpert(built.lent(), plan, threads)) {
            Path picture = scratch.resolve("bench.png");
            RgbFiles.writePng(picture, NetworkStages.gradient(size));
            for (int round = -1; round < rounds; round++) {
                Stopwatch watch = new Stopwatch();
                RgbImage rgb = RgbFiles.read(picture);
                double decoded = watch.lap();
                plan.views().forEach(view -> built.features(List.of(rgb), view));
                double shown = watch.lap();
                Evidence evidence = expert.predict(new Frame(records.get(0), rgb, null, null, null));
                double predicted = watch.lap();
                write(plan, records, evidence, scratch.path(), threads);
                double written = watch.lap() / SHARD_SIZE;
                // The first round warms up.
                if (round >= 0) {
                    decode.add(decoded);
                    network.add(shown);
                    predict.add(predicted);
                    encode.add(written);
                }
            }
        }
        double whole = Durations.median(decode) + Durations.median(predict) + Durations.median(encode);
        return new CardStages(
                card.toString(),
                size.width() + "x" + size.height(),
                threads,
                plan.views().size(),
                Durations.median(decode),
                Durations.median(network),
                Math.max(0, Durations.median(predict) - Durations.median(network)),
                Durations.median(encode),
                1000 / whole);
    }

    private static void write(ExpertPlan plan, List<FrameRecord> records, Evidence evidence, Path folder, int threads)
            throws IOException {
        ShardPlan shards = ShardPlan.of(records, SHARD_SIZE);
        try (ShardWriter writer = ShardWriter.create(
                folder,
                plan.describe(shards),
                shards.shards().get(0),
                UUID.randomUUID().toString(),
                threads)) {
            records.forEach(record -> writer.put(record, evidence));
            writer.finish();
        }
    }

    List<String> lines() {
        return List.of(
                String.format(Locale.ROOT, "%s, %s, %d threads, %d views, ms a frame", card, size, threads, views),
                String.format(Locale.ROOT, "  decode     %8.1f", decode),
                String.format(Locale.ROOT, "  network    %8.1f", network),
                String.format(Locale.ROOT, "  reduction  %8.1f", reduction),
                String.format(Locale.ROOT, "  encode     %8.1f", encode),
                String.format(Locale.ROOT, "%.2f frames/s the whole way", framesPerSecond));
    }

    private static final class Stopwatch {
        private long since = System.nanoTime();

        /** Milliseconds since the last lap. */
        double lap() {
            long now = System.nanoTime();
            double millis = (now - since) * 1e-6;
            since = now;
            return millis;
        }
    }
}
