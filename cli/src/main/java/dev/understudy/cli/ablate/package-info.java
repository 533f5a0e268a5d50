/** {@code understudy ablate} and the files that it leaves for people to read. */
@NullMarked
package dev.understudy.cli.ablate;

import org.jspecify.annotations.NullMarked;
