/**
 * The whole story on rendered rooms: frames, expert, labels, filter, three students, one table. Start at
 * {@code Demo.run}.
 */
@NullMarked
package dev.understudy.cli.demo;

import org.jspecify.annotations.NullMarked;
