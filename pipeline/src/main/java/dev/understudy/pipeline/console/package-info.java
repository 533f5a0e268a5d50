/**
 * What all commands share. Start with {@link dev.understudy.pipeline.console.Command}, which a command extends;
 * {@link dev.understudy.pipeline.console.Failures} is the one place where an exception becomes an exit code.
 */
@NullMarked
package dev.understudy.pipeline.console;

import org.jspecify.annotations.NullMarked;
