package dev.understudy.trainer.benchmark;

import dev.understudy.trainer.benchmark.TrainingBenchmark.TrainingBenchmarkSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Medians over the steps of one run.
 *
 * @param waitMillis of a step, for its batch
 * @param student the form that trains
 * @param plain one libtorch operation a layer, NCHW, automatic differentiation; all NaN if not measured
 * @param plainOverStudent time of a plain step over that of a student's step in the same round
 */
public record TrainingBenchmarkReport(
        TrainingBenchmarkSetup setup, double waitMillis, Form student, Form plain, double plainOverStudent) {

    /**
     * @param lossMillis both ways, on the Java side
     * @param peakBytes the most memory that one step took, weights, gradients and optimiser among it
     */
    public record Form(
            double forwardMillis,
            double lossMillis,
            double backwardMillis,
            double updateMillis,
            double stepMillis,
            double peakBytes) {}

    /** The student's, with waiting for batches. */
    public double stepsPerSecond() {
        return 1000 / (waitMillis + student.stepMillis());
    }

    /** Of a step's whole time. */
    public double waitingShare() {
        return waitMillis / (waitMillis + student.stepMillis());
    }

    /** As people read it. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        String tasks = setup.heads().tasks().stream().map(t -> t.key()).collect(Collectors.joining(" + "));
        lines.add(format(
                "mt-lw-refinenet %s, batch %d of %d×%d, %d threads, median of %d steps",
                tasks, setup.batch(), setup.crop().width(), setup.crop().height(), setup.threads(), setup.rounds()));
        lines.add(format("steps/s   %10.2f, %.1f frames/s", stepsPerSecond(), setup.batch() * stepsPerSecond()));
        lines.add(format("load      %10.1f ms waited, %.1f %% of a step", waitMillis, 100 * waitingShare()));
        stages(lines, "", student);
        if (setup.plain()) {
            lines.add("plain form");
            stages(lines, "  ", plain);
            lines.add(format(
                    "the student takes %.2f× the plain form's steps/s and %.0f %% of its memory",
                    plainOverStudent, 100 * student.peakBytes() / plain.peakBytes()));
        }
        return lines;
    }

    private static void stages(List<String> lines, String indent, Form form) {
        lines.add(format("%sforward   %10.1f ms", indent, form.forwardMillis()));
        lines.add(format("%sloss      %10.1f ms", indent, form.lossMillis()));
        lines.add(format("%sbackward  %10.1f ms", indent, form.backwardMillis()));
        lines.add(format("%supdate    %10.1f ms", indent, form.updateMillis()));
        lines.add(format("%sstep      %10.1f ms", indent, form.stepMillis()));
        lines.add(format("%speak      %10.0f MB", indent, form.peakBytes() / 1e6));
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
