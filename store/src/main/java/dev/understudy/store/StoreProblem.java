package dev.understudy.store;

import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with a store.
 *
 * @param shard id; null when the store as a whole is meant
 * @param message names the file, what was found and what was expected
 */
public record StoreProblem(@Nullable String shard, String message) {}
