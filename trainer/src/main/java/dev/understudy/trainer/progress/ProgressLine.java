package dev.understudy.trainer.progress;

import dev.understudy.trainer.loss.JointLossValue;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import dev.understudy.trainer.progress.TrainingListener.ValidationReport;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * For a reader: a line now and then with the mean loss of each task since the last one, frames/s and the time that is
 * left, and a line for each validation.
 */
public final class ProgressLine implements TrainingListener {
    private final PrintStream out;
    private final long intervalNanos;
    private final LongSupplier clock;
    private final RunningLoss losses = new RunningLoss();
    private long lastLine;
    private long startStep;
    private long startTime;
    private long framesSinceLine;

    /** A line every {@code intervalSeconds} at most. */
    public ProgressLine(PrintStream out, double intervalSeconds) {
        this(out, intervalSeconds, System::nanoTime);
    }

    ProgressLine(PrintStream out, double intervalSeconds, LongSupplier clock) {
        this.out = out;
        this.intervalNanos = (long) (intervalSeconds * 1e9);
        this.clock = clock;
    }

    @Override
    public void started(long done, long steps) {
        startStep = done;
        startTime = clock.getAsLong();
        lastLine = startTime;
        if (done > 0) {
            out.println("resuming after step " + done + " of " + steps);
        }
    }

    @Override
    public void stepped(StepReport report) {
        losses.add(report.loss());
        framesSinceLine += report.frames().size();
        long now = clock.getAsLong();
        if (now - lastLine < intervalNanos && report.step() < report.steps()) {
            return;
        }
        double perSecond = framesSinceLine * 1e9 / Math.max(1, now - lastLine);
        double perStep = (double) (now - startTime) / (report.step() - startStep);
        out.printf(
                Locale.ROOT,
                "%s step %d/%d  loss %s  %.1f frames/s  %s left%n",
                report.stage(),
                report.step(),
                report.steps(),
                losses.text(),
                perSecond,
                duration((long) (perStep * (report.steps() - report.step()) / 1e9)));
        losses.clear();
        framesSinceLine = 0;
        lastLine = now;
    }

    @Override
    public void validated(ValidationReport report) {
        out.printf(
                Locale.ROOT,
                "%s epoch %.2f  %s%s%n",
                report.stage(),
                report.epoch(),
                report.scores().stream()
                        .map(s -> s.name() + " " + String.format(Locale.ROOT, "%.4f", s.value()))
                        .collect(Collectors.joining("  ")),
                report.best() ? "  (best)" : "");
    }

    private static String duration(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** The mean of losses since it was last cleared. */
    static final class RunningLoss {
        private JointLossValue sum = JointLossValue.NOTHING;
        private int count;

        void add(JointLossValue loss) {
            sum = sum.plus(loss);
            count++;
        }

        void clear() {
            sum = JointLossValue.NOTHING;
            count = 0;
        }

        /** For example {@code 2.1034 (segmentation 3.2001, depth 1.0067)}. */
        String text() {
            return number(sum.total())
                    + sum.named().entrySet().stream()
                            .map(term -> term.getKey() + " " + number(term.getValue()))
                            .collect(Collectors.joining(", ", " (", ")"));
        }

        private String number(double value) {
            return String.format(Locale.ROOT, "%.4f", value / count);
        }
    }
}
