package dev.understudy.store;

/**
 * One line of {@code quarantine/<shard-id>.jsonl}: a frame that could not be labelled.
 *
 * @param reason one line
 * @param errorClass simple name of the exception
 */
public record QuarantinedFrame(String id, String reason, String errorClass) {}
