/** {@code understudy ablate} and the files that it leaves for people to read. */
@NullMarked
package dev.understudy.pipeline.ablate.command;

import org.jspecify.annotations.NullMarked;
