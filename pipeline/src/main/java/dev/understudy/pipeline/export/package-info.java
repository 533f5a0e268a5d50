/** {@code understudy export}: networks and labels in the formats of other tools. */
@NullMarked
package dev.understudy.pipeline.export;

import org.jspecify.annotations.NullMarked;
