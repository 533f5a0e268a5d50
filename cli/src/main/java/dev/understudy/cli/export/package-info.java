/** {@code understudy export}: networks and labels in the formats of other tools. */
@NullMarked
package dev.understudy.cli.export;

import org.jspecify.annotations.NullMarked;
