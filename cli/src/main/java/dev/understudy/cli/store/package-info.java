/** {@code understudy store}: looks into label stores, checks and repairs them. */
@NullMarked
package dev.understudy.cli.store;

import org.jspecify.annotations.NullMarked;
