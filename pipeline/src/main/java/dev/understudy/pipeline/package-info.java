/**
 * Spark jobs, the command line, and the only place where modules are wired together.
 *
 * <p>{@code cli} holds the root command and lists the others; each command has a package named after it, or after the
 * group it belongs to. {@code console} is what they share: streams, progress, and how failures become exit codes.
 */
@NullMarked
package dev.understudy.pipeline;

import org.jspecify.annotations.NullMarked;
