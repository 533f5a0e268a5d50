/**
 * Telling others how a cycle ended: a web hook, a command, a text file for Prometheus. All of them only if the
 * configuration says so. Start at {@link dev.understudy.retrain.notice.Notices}.
 */
@NullMarked
package dev.understudy.retrain.notice;

import org.jspecify.annotations.NullMarked;
