package dev.understudy.retrain.gate;

import dev.understudy.files.SealedJson;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is judged of a model.
 *
 * @param name version in the registry
 * @param latencyMillis of one frame, null = not measured
 * @param weightsBytes size of the file
 * @param golden null = not checked
 */
public record MeasuredModel(
        String name,
        List<MeasuredSet> sets,
        @Nullable Double latencyMillis,
        long weightsBytes,
        @Nullable GoldenOutcome golden) {
    /** A frame takes about a kilobyte for 40 classes and six for 255. */
    private static final long LARGEST = 512L << 20;

    /** How it is kept in files. */
    public static final SealedJson<MeasuredModel> FORMAT =
            new SealedJson<>("understudy-measured-model", 2, MeasuredModel.class, LARGEST);

    /** The file of a version in the registry that holds it. */
    public static final String FILE = "measured.json";

    public MeasuredModel {
        sets = List.copyOf(sets);
    }

    /** The same model with another time for a frame. */
    public MeasuredModel withLatency(double millis) {
        return new MeasuredModel(name, sets, millis, weightsBytes, golden);
    }

    public Optional<MeasuredSet> set(String name) {
        return sets.stream().filter(s -> s.set().equals(name)).findFirst();
    }

    /**
     * What came of loading the saved file and predicting again what had been predicted when it was evaluated.
     *
     * @param loaded whether the file could be loaded at all
     * @param largestDifference between the two outputs, absolute, over all of them
     * @param detail a line: what was compared, or why it could not be
     */
    public record GoldenOutcome(boolean loaded, double largestDifference, String detail) {}
}
