package dev.understudy.trainer.loss;

import dev.understudy.dataset.frame.Task;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Training has left the numbers: a loss is NaN or infinite. The last checkpoint is intact. */
public final class NonFiniteLossException extends RuntimeException {
    private final transient Map<Task, Double> terms;
    private final transient List<String> frames;

    public NonFiniteLossException(Map<Task, Double> terms, List<String> frames) {
        super("the loss is not finite: "
                + terms.entrySet().stream()
                        .map(e -> e.getKey().key() + " " + String.format(Locale.ROOT, "%.6g", e.getValue()))
                        .collect(Collectors.joining(", "))
                + " on frames " + String.join(", ", frames)
                + "; lower the rates, clip the gradient norm, or look at these frames");
        this.terms = Map.copyOf(terms);
        this.frames = List.copyOf(frames);
    }

    /** Every term of the batch, by task. */
    public Map<Task, Double> terms() {
        return terms;
    }

    /** The frames of the batch. */
    public List<String> frames() {
        return frames;
    }
}
