package dev.understudy.retrain.cycle;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code cycle.json}: what a cycle did, for machines.
 *
 * @param format {@value #FORMAT}
 * @param version {@value #VERSION}
 * @param runs how many processes worked at it
 * @param reason why it ended as it did, for people
 */
public record CycleRecord(
        String format,
        int version,
        String id,
        Instant startedAt,
        @Nullable Instant finishedAt,
        Outcome outcome,
        String reason,
        int runs,
        List<Step> steps) {
    static final String FORMAT = "understudy-cycle";
    static final int VERSION = 1;
    static final String ID = "[0-9]{8}T[0-9]{6}Z(-[0-9]{1,6})?";

    /** What became of a step. */
    public enum State {
        /** In this cycle. */
        @JsonProperty("done")
        DONE,
        /** It had been done before with the same inputs. */
        @JsonProperty("skipped")
        SKIPPED,
        @JsonProperty("failed")
        FAILED
    }

    /**
     * A step that was reached.
     *
     * @param inputs what its fingerprint was made of
     */
    public record Step(
            String name,
            State state,
            String fingerprint,
            SortedMap<String, String> inputs,
            double seconds,
            SortedMap<String, String> outputs,
            List<Measure> measures) {}

    public CycleRecord {
        steps = List.copyOf(steps);
        if (!format.equals(FORMAT) || version != VERSION || !id.matches(ID)) {
            throw new IllegalArgumentException("no " + FORMAT + " of version " + VERSION);
        }
    }

    /** A step that was reached. */
    public Optional<Step> step(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).findFirst();
    }

    /** Whether it has come to its end: it does not run, and the next run does not go on with it. */
    public boolean hasEnded() {
        return !outcome.isUnfinished();
    }

    static CycleRecord begun(String id, Instant now) {
        return new CycleRecord(FORMAT, VERSION, id, now, null, Outcome.RUNNING, "", 1, List.of());
    }

    CycleRecord again() {
        return new CycleRecord(FORMAT, VERSION, id, startedAt, null, Outcome.RUNNING, "", runs + 1, List.of());
    }

    CycleRecord with(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new CycleRecord(FORMAT, VERSION, id, startedAt, finishedAt, outcome, reason, runs, more);
    }

    CycleRecord ended(Outcome how, String why, Instant when) {
        return new CycleRecord(FORMAT, VERSION, id, startedAt, when, how, why, runs, steps);
    }

    @JsonIgnore
    boolean isUnfinished() {
        return outcome.isUnfinished();
    }

    static Step failed(String name, String fingerprint, SortedMap<String, String> inputs, double seconds) {
        return new Step(name, State.FAILED, fingerprint, inputs, seconds, new TreeMap<>(), List.of());
    }

    /**
     * A number worth watching.
     *
     * @param name {@code [a-z][a-z0-9_]*}, with its unit at the end: {@code frames}, {@code latency_seconds}
     */
    public record Measure(String name, SortedMap<String, String> labels, double value) {
        public Measure {
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
            if (!name.matches("[a-z][a-z0-9_]*")
                    || !labels.keySet().stream().allMatch(l -> l.matches("[a-z][a-z0-9_]*"))) {
                throw new IllegalArgumentException("measure '" + name + "' with labels " + labels.keySet());
            }
        }

        public static Measure of(String name, double value) {
            return new Measure(name, new TreeMap<>(), value);
        }

        public static Measure of(String name, Map<String, String> labels, double value) {
            return new Measure(name, new TreeMap<>(labels), value);
        }
    }

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
}
