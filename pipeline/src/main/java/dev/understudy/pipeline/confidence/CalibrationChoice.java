package dev.understudy.pipeline.confidence;

import dev.understudy.labeler.calibration.CalibrationMethod;
import org.jspecify.annotations.Nullable;

/** What {@code --method} may say. */
public enum CalibrationChoice {
    /** Whichever is the most likely on frames that nothing was fitted to; with few frames that may be none. */
    BEST("best", null),
    TEMPERATURE("temperature", CalibrationMethod.TEMPERATURE),
    PER_CLASS("per-class", CalibrationMethod.PER_CLASS),
    ISOTONIC("isotonic", CalibrationMethod.ISOTONIC),
    /** No map of probabilities but trees that judge each label, for the policy {@code reliability}. */
    LEARNED("learned", null),
    /** Takes a calibration away. */
    NONE("none", null);

    private final String key;
    private final @Nullable CalibrationMethod method;

    CalibrationChoice(String key, @Nullable CalibrationMethod method) {
        this.key = key;
        this.method = method;
    }

    /** As it is written. */
    public String key() {
        return key;
    }

    /** Null for none. */
    @Nullable
    CalibrationMethod method() {
        return method;
    }
}
