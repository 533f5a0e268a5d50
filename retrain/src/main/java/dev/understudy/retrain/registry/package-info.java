/**
 * The models that were trained, in a plain folder. Start at {@link dev.understudy.retrain.registry.Registry}.
 *
 * <pre>
 * registry/
 *   versions/v0001/          never changed after it has appeared
 *     version.json           {@link dev.understudy.retrain.registry.ModelVersion}: parent, fingerprints, metrics,
 *                            checksums
 *     weights.pth            the student
 *     configuration.yaml     the resolved configuration that trained it
 *     …                      whatever else was registered with it
 *   aliases.json             {@link dev.understudy.retrain.registry.Aliases}: champion, challenger, previous
 *   audit.jsonl              {@link dev.understudy.retrain.registry.AuditHistory.AuditEntry}, one a line,
 *                            only ever appended to
 *   .lock                    held by whoever changes something
 * </pre>
 *
 * <p><b>What is true.</b> A version exists if its folder does; folders appear by rename. An alias points where
 * {@code aliases.json} says; it changes by rename. Readers need no lock and no log.
 *
 * <p><b>What is logged.</b> Every change is written to the log and is on disk before it is made, so nothing ever
 * happens that the log does not know. A process that dies in between leaves an entry whose change did not happen: the
 * promotion was not made, the aliases are as they were. The next one to change something sees, because {@code
 * aliases.json} holds the place in the log that it came from, that the last switch in the log was never made, and
 * appends {@link dev.understudy.retrain.registry.AuditHistory.AuditEvent#ABANDONED}. A line that was cut off in
 * mid-write is left as it is, ended, and followed by {@link
 * dev.understudy.retrain.registry.AuditHistory.AuditEvent#RECOVERED}, which holds its checksum.
 *
 * <p><b>What is noticed.</b> Every entry holds the SHA-256 of all bytes of the log before it, and {@code aliases.json}
 * that of the log up to its own entry. So altering, dropping or inserting a line is found, and so is cutting the log
 * short before the last switch. Who rewrites all of it, aliases included, is not found: there are no keys. Keep a copy
 * of the last hash elsewhere if that matters.
 */
@NullMarked
package dev.understudy.retrain.registry;

import org.jspecify.annotations.NullMarked;
