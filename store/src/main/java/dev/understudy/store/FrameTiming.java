package dev.understudy.store;

/**
 * How long a frame took. Kept apart from everything that is hashed, since no two runs take the same time.
 *
 * @param readMillis reading and decoding
 * @param predictMillis the expert
 * @param worker who did it: host and process
 */
public record FrameTiming(String id, double readMillis, double predictMillis, String worker) {}
