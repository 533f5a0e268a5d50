package dev.understudy.trainer;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint must have in common with the run that goes on from it.
 *
 * @param configuration SHA-256 of what the run was asked to learn
 * @param frames number of them by source: with others the sampler would go on elsewhere
 * @param labels what they are annotated with, part of a source → value in canonical form; empty in checkpoints of older
 *     versions, which cannot tell
 * @param threads that the engine uses; others may change last digits, which is told and not refused
 */
public record RunIdentity(
        String configuration,
        Map<String, Integer> frames,
        @Nullable Map<String, String> labels,
        int threads) {
    private static final int LONGEST_SHOWN = 120;
    private static final int MOST_SHOWN = 3;

    public RunIdentity {
        frames = Collections.unmodifiableMap(new TreeMap<>(frames));
        labels = labels == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /**
     * What keeps a run from going on from a checkpoint, in words; empty if nothing does.
     *
     * @param theirs the checkpoint's
     */
    Optional<String> conflict(RunIdentity theirs) {
        if (!theirs.configuration.equals(configuration)) {
            return Optional.of(
                    "is of a run with another configuration; resume with the one in its folder, or train into"
                            + " another folder");
        }
        if (!theirs.frames.equals(frames)) {
            return Optional.of("is of a run on " + theirs.frames + " frames, found " + frames
                    + "; resume with the same, or train into another folder");
        }
        List<String> differences = differences(theirs.labels);
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of("is of a run on other labels: "
                        + differences.stream().limit(MOST_SHOWN).collect(Collectors.joining("; "))
                        + (differences.size() > MOST_SHOWN
                                ? "; and " + (differences.size() - MOST_SHOWN) + " more"
                                : "")
                        + "; resume with the same, or train into another folder");
    }

    private List<String> differences(Map<String, String> theirs) {
        if (theirs.isEmpty()) {
            return List.of();
        }
        SortedSet<String> parts = new TreeSet<>(theirs.keySet());
        parts.addAll(labels.keySet());
        return parts.stream()
                .filter(part -> !Objects.equals(theirs.get(part), labels.get(part)))
                .map(part -> part + " was " + shown(theirs.get(part)) + ", found " + shown(labels.get(part)))
                .toList();
    }

    private static String shown(@Nullable String value) {
        String text = value == null ? "none" : value.strip().replaceAll("\\s*\\n\\s*", " ");
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}
