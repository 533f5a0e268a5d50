package dev.understudy.trainer.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a checkpoint must have in common with the run that goes on from it.
 *
 * @param configuration SHA-256 of what the run was asked to learn
 * @param frames number of them by source: with others the sampler would go on elsewhere
 * @param threads that the engine uses; others may change last digits, which is told and not refused
 */
public record RunIdentity(String configuration, Map<String, Integer> frames, int threads) {
    public RunIdentity {
        frames = Collections.unmodifiableMap(new TreeMap<>(frames));
    }
}
