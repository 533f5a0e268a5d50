/**
 * What all commands share. Start with {@link dev.understudy.cli.console.Command}, which a command extends;
 * {@link dev.understudy.cli.console.Failures} is the one place where an exception becomes an exit code.
 */
@NullMarked
package dev.understudy.cli.console;

import org.jspecify.annotations.NullMarked;
