/** The command line: {@link dev.understudy.cli.Understudy} is where everything starts. */
@NullMarked
package dev.understudy.cli;

import org.jspecify.annotations.NullMarked;
