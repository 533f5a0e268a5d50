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
 * @param beside the plain form (one libtorch operation a layer, NCHW, automatic differentiation), or the student in
 *     float32; all NaN if not measured
 * @param besideOverStudent processor time of a step of that form over that of a student's step in the same round
 */
public record TrainingBenchmarkReport(
        TrainingBenchmarkSetup setup, double waitMillis, Form student, Form beside, double besideOverStudent) {

    /**
     * @param lossMillis both ways, on the Java side
     * @param processorMillis of a step: of its thread where it works alone, or else of the process
     * @param peakBytes the most memory that one step took, weights, gradients and optimiser among it
     */
    public record Form(
            double forwardMillis,
            double lossMillis,
            double backwardMillis,
            double updateMillis,
            double stepMillis,
            double processorMillis,
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
                "mt-lw-refinenet %s, %s, batch %d of %d×%d, %d threads, median of %d steps",
                tasks,
                setup.precision().ofBuiltIn().key(),
                setup.batch(),
                setup.crop().width(),
                setup.crop().height(),
                setup.threads(),
                setup.rounds()));
        lines.add(format("steps/s   %10.2f, %.1f frames/s", stepsPerSecond(), setup.batch() * stepsPerSecond()));
        lines.add(format("load      %10.1f ms waited, %.1f %% of a step", waitMillis, 100 * waitingShare()));
        stages(lines, "", student);
        if (setup.beside()) {
            String name = setup.precision().isShort() ? "in float32" : "plain form";
            lines.add(name);
            stages(lines, "  ", beside);
            lines.add(format(
                    "a step takes %.2f of the processor time of the %s, and %.0f %% of its memory",
                    1 / besideOverStudent,
                    setup.precision().isShort() ? "same in float32" : name,
                    100 * student.peakBytes() / beside.peakBytes()));
        }
        return lines;
    }

    private static void stages(List<String> lines, String indent, Form form) {
        lines.add(format("%sforward   %10.1f ms", indent, form.forwardMillis()));
        lines.add(format("%sloss      %10.1f ms", indent, form.lossMillis()));
        lines.add(format("%sbackward  %10.1f ms", indent, form.backwardMillis()));
        lines.add(format("%supdate    %10.1f ms", indent, form.updateMillis()));
        lines.add(format("%sstep      %10.1f ms", indent, form.stepMillis()));
        lines.add(format("%sprocessor %10.1f ms", indent, form.processorMillis()));
        lines.add(format("%speak      %10.0f MB", indent, form.peakBytes() / 1e6));
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
