package dev.understudy.trainer.benchmark;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.model.benchmark.Durations;
import dev.understudy.model.benchmark.MemoryTrend;
import dev.understudy.model.benchmark.MemoryTrend.ProcessMemory;
import dev.understudy.model.benchmark.NetworkBenchmark.MemoryWatch;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.data.AugmentationConfiguration;
import dev.understudy.trainer.data.AugmentationConfiguration.ScaledDepth;
import dev.understudy.trainer.data.AugmentationConfigurationBuilder;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.BatchLoader;
import dev.understudy.trainer.data.BatchLoader.LoaderConfiguration;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.data.TrainingSet;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Measures training steps with fresh weights: speed does not depend on what they say. A round is a step of the student
 * and one of the form beside it on the same batch, and the ratio is taken within a round, so that a machine that others
 * use too still gives a ratio that holds.
 */
public final class TrainingBenchmark {
    private final TrainingBenchmarkSetup setup;
    private final TrainingSet frames;

    /** @param frames read and decoded anew for every batch, by the loader's own thread */
    public TrainingBenchmark(TrainingBenchmarkSetup setup, TrainingSet frames) {
        this.setup = setup;
        this.frames = frames;
    }

    /** Takes rounds · (time of both forms), and their memory one after the other. */
    public TrainingBenchmarkReport run() {
        NativeEngine.useThreads(setup.threads());
        Checkpoint weights = weights();
        try (BatchLoader batches = loader()) {
            Batch first = batches.next();
            double peak = peakOf(() -> student(weights), first);
            double besidePeak = setup.beside() ? peakOf(() -> beside(weights), first) : Double.NaN;
            Durations waiting = new Durations();
            List<Double> ratios = new ArrayList<>();
            try (Contender student = new Contender(student(weights));
                    Contender beside = new Contender(beside(weights))) {
                for (int i = -1; i < setup.rounds(); i++) {
                    if (i == 0) {
                        waiting.clear();
                        student.forget();
                        beside.forget();
                    }
                    Batch batch = waiting.timed(batches::next);
                    student.step(batch);
                    if (setup.beside()) {
                        beside.step(batch);
                        ratios.add(beside.lastStep() / student.lastStep());
                    }
                }
                return new TrainingBenchmarkReport(
                        setup,
                        waiting.median(),
                        student.form(peak),
                        beside.form(besidePeak),
                        Durations.median(ratios.subList(Math.min(1, ratios.size()), ratios.size())));
            }
        }
    }

    /** Takes steps of the student in a row, 10 or more, to see whether anything piles up. */
    public TrainingSoak soak(int steps) {
        NativeEngine.useThreads(setup.threads());
        MemoryWatch memory = new MemoryWatch(steps);
        int[] arrays = new int[steps];
        try (BatchLoader batches = loader();
                Contender student = new Contender(student(weights()))) {
            for (int i = 0; i < steps; i++) {
                student.step(batches.next());
                memory.look();
                arrays[i] = student.arrays();
            }
        }
        return new TrainingSoak(
                memory.trend(), arrays[1], Arrays.stream(arrays, 2, steps).max().orElseThrow(), arrays[steps - 1]);
    }

    private BatchLoader loader() {
        AugmentationConfiguration usual = AugmentationConfigurationBuilder.builder()
                .mirror(true)
                .minScale(0.5)
                .maxScale(2)
                .scaledDepth(ScaledDepth.DIVIDE)
                .brightness(0)
                .contrast(0)
                .saturation(0)
                .build();
        // Without a segmentation head the frames' labels are not looked at.
        int outputs = setup.heads().tasks().contains(Task.SEGMENTATION)
                ? setup.heads().classes()
                : LabelMap.IGNORE;
        ClassSlice classes = ClassSlice.all(outputs);
        return new BatchLoader(
                List.of(new TrainingSource("bench", frames, 1, classes)),
                setup.batch(),
                setup.crop(),
                usual,
                new LoaderConfiguration(1, 3, 0, 0),
                1);
    }

    /** Memory of one step, from nothing. */
    private static double peakOf(Supplier<Network> open, Batch batch) {
        NativeEngine.releaseFreedBlocks();
        long before = ProcessMemory.resident();
        ProcessMemory.resetPeak();
        try (Contender contender = new Contender(open.get())) {
            contender.step(batch);
            long peak = ProcessMemory.peak();
            return before < 0 || peak < 0 ? Double.NaN : Math.max(0, peak - before);
        } finally {
            NativeEngine.releaseFreedBlocks();
        }
    }

    private Network student(Checkpoint weights) {
        return student(weights, setup.precision());
    }

    private Network student(Checkpoint weights, Precision precision) {
        Network network = Architecture.MT_LW_REFINENET.create(setup.heads(), NativeEngine.cpu(), 1);
        network.load(weights);
        network.trainIn(precision);
        return network;
    }

    private Network beside(Checkpoint weights) {
        return setup.precision().isShort()
                ? student(weights, Precision.FLOAT32)
                : new PlainTraining(Architecture.MT_LW_REFINENET.graph(setup.heads()), weights);
    }

    private Checkpoint weights() {
        try (Network fresh = Architecture.MT_LW_REFINENET.create(setup.heads(), NativeEngine.cpu(), 1)) {
            return fresh.snapshot();
        }
    }

    /**
     * What to measure.
     *
     * @param heads of the student
     * @param batch frames a step learns from
     * @param crop of every frame
     * @param threads for the network
     * @param rounds measured, after one that is not; a round is a step of each form
     * @param precision of the student
     * @param beside whether to measure another form beside it: the plain one, or that in float32 if the student is in
     *     fewer bits
     */
    @RecordBuilder
    public record TrainingBenchmarkSetup(
            Heads heads, int batch, CropSize crop, int threads, int rounds, Precision precision, boolean beside) {
        public TrainingBenchmarkSetup {
            if (batch < 1 || threads < 1 || rounds < 1) {
                throw new ConfigurationException("batch " + batch + ", " + threads + " threads, " + rounds
                        + " rounds: expected at least 1 of each");
            }
        }
    }

    /**
     * Whether anything piles up over training steps in a row.
     *
     * @param memory by step
     * @param firstArrays native arrays that network, optimiser and step hold after the second step
     * @param mostArrays after any later step
     * @param lastArrays after the last step
     */
    public record TrainingSoak(MemoryTrend memory, int firstArrays, int mostArrays, int lastArrays) {
        /** As people read it. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>(memory.lines("step"));
            lines.add(String.format(
                    Locale.ROOT,
                    "native arrays   %9d after the second step, %d at most, %d at the end",
                    firstArrays,
                    mostArrays,
                    lastArrays));
            return lines;
        }
    }
}
