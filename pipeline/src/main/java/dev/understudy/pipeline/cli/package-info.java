/** The command line: {@link dev.understudy.pipeline.cli.Understudy} is where everything starts. */
@NullMarked
package dev.understudy.pipeline.cli;

import org.jspecify.annotations.NullMarked;
