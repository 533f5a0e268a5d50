package dev.understudy.retrain.registry;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an entry of the log tells. */
public enum AuditEvent {
    /** A version was added. */
    @JsonProperty("registered")
    REGISTERED,
    /** A version became the challenger. */
    @JsonProperty("challenged")
    CHALLENGED,
    /** A version became the champion. */
    @JsonProperty("promoted")
    PROMOTED,
    /** A version did not become the champion, and why. */
    @JsonProperty("refused")
    REFUSED,
    /** The previous champion became the champion again. */
    @JsonProperty("rolled-back")
    ROLLED_BACK,
    /** A version was removed. */
    @JsonProperty("pruned")
    PRUNED,
    /** The switch before was never made: whoever logged it died, or could not write. */
    @JsonProperty("abandoned")
    ABANDONED,
    /** The line before was cut off; this entry holds its checksum. */
    @JsonProperty("recovered")
    RECOVERED;

    /** Whether it is about to change the aliases. */
    boolean switches() {
        return this == CHALLENGED || this == PROMOTED || this == ROLLED_BACK;
    }

    /** As it is written in the log. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
