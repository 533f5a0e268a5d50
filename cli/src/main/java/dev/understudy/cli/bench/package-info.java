/** {@code understudy bench}: how fast this machine is at what the program does. */
@NullMarked
package dev.understudy.cli.bench;

import org.jspecify.annotations.NullMarked;
