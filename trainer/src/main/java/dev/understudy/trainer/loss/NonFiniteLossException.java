package dev.understudy.trainer.loss;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Training has left the numbers: a loss or a parameter is NaN or infinite. The last checkpoint is intact. */
public final class NonFiniteLossException extends RuntimeException {
    private final transient Map<String, Double> terms;
    private final transient List<String> frames;

    public NonFiniteLossException(Map<String, Double> terms, List<String> frames) {
        this("the loss is not finite: ", terms, frames);
    }

    private NonFiniteLossException(String what, Map<String, Double> terms, List<String> frames) {
        super(what
                + terms.entrySet().stream()
                        .map(e -> e.getKey() + " " + String.format(Locale.ROOT, "%.6g", e.getValue()))
                        .collect(Collectors.joining(", "))
                + " on frames " + String.join(", ", frames)
                + "; lower the rates, clip the gradient norm, or look at these frames");
        this.terms = Map.copyOf(terms);
        this.frames = List.copyOf(frames);
    }

    /** The loss was finite, and what its step made of a parameter is not. */
    public static NonFiniteLossException afterUpdate(
            String parameter, long step, Map<String, Double> terms, List<String> frames) {
        return new NonFiniteLossException(
                "after step " + step + " " + parameter + " is not finite; the loss of that step was ", terms, frames);
    }

    /** Every term of the batch, by its name. */
    public Map<String, Double> terms() {
        return terms;
    }

    /** The frames of the batch. */
    public List<String> frames() {
        return frames;
    }
}
