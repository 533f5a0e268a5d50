package dev.understudy.retrain.gate;

import dev.understudy.evaluation.PairedBootstrap.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the gate says.
 *
 * @param champion whom the challenger was compared with, null = there was none
 * @param findings everything that was looked at, in the order of the configuration
 * @param warnings what whoever relies on it should know, a line each
 */
public record Verdict(
        @Nullable String champion, String challenger, boolean promoted, List<Finding> findings, List<String> warnings) {
    public Verdict {
        findings = List.copyOf(findings);
        warnings = List.copyOf(warnings);
    }

    static Verdict of(@Nullable String champion, String challenger, List<Finding> findings, List<String> warnings) {
        return new Verdict(champion, challenger, findings.stream().allMatch(Finding::passed), findings, warnings);
    }

    /** The same with more to be told. */
    public Verdict warning(List<String> more) {
        List<String> all = new ArrayList<>(warnings);
        all.addAll(more);
        return new Verdict(champion, challenger, promoted, findings, all);
    }

    /** Why, in a line: all that stood against it, or all that was required and reached. */
    public String reason() {
        return findings.stream()
                .filter(f -> promoted ? f.rule().equals("required") || f.rule().equals("first") : !f.passed())
                .map(f -> f.subject() + ": " + f.reason())
                .collect(Collectors.joining("; "));
    }

    /**
     * One thing that was looked at.
     *
     * @param rule {@code required}, {@code class}, {@code better}, {@code latency}, {@code size}, {@code golden} or
     *     {@code export}
     * @param subject the set and metric, or the class
     * @param reason a line for people: found, and expected if it did not pass
     * @param interval of the gain, where there is one
     */
    public record Finding(
            String rule,
            String subject,
            boolean passed,
            String reason,
            @Nullable Interval interval) {}
}
