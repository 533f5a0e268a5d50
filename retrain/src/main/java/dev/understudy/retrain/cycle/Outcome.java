package dev.understudy.retrain.cycle;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a cycle ended. */
public enum Outcome {
    /** It has not: it runs, or was killed and will go on. */
    @JsonProperty("running")
    RUNNING,
    /** No new frames. */
    @JsonProperty("nothing-new")
    NOTHING_NEW,
    /** The new frames are not to be learnt from. */
    @JsonProperty("stopped")
    STOPPED,
    /** The challenger became champion. */
    @JsonProperty("promoted")
    PROMOTED,
    /** The champion stays. */
    @JsonProperty("not-promoted")
    NOT_PROMOTED,
    /** A step failed; the next run tries it again. */
    @JsonProperty("failed")
    FAILED;

    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Whether the next run goes on with this cycle. */
    boolean isUnfinished() {
        return this == RUNNING || this == FAILED;
    }
}
