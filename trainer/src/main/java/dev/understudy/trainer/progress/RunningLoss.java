package dev.understudy.trainer.progress;

import dev.understudy.trainer.loss.JointLossValue;
import java.util.Locale;
import java.util.stream.Collectors;

/** The mean of losses since it was last cleared. */
final class RunningLoss {
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
                + sum.terms().entrySet().stream()
                        .map(term -> term.getKey().key() + " " + number(term.getValue()))
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    private String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value / count);
    }
}
