/** {@code understudy evaluate}: scores a network or a label store against truth. */
@NullMarked
package dev.understudy.cli.evaluate;

import org.jspecify.annotations.NullMarked;
