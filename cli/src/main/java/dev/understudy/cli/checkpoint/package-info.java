/** {@code understudy checkpoint}: looks into checkpoint files and changes their container. */
@NullMarked
package dev.understudy.cli.checkpoint;

import org.jspecify.annotations.NullMarked;
