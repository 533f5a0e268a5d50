package dev.understudy.store;

/**
 * What to do with a store that is there already.
 *
 * @param extend go on when frames were added to the end of the manifest; otherwise a changed manifest is refused
 * @param retryQuarantined label shards with quarantined frames again
 * @param checksums read every shard and compare checksums before trusting it, rather than sizes; what is damaged is
 *     labelled again
 */
public record ResumeOptions(boolean extend, boolean retryQuarantined, boolean checksums) {
    public static final ResumeOptions DEFAULT = new ResumeOptions(false, false, false);
}
