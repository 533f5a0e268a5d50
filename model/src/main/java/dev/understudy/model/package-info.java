/**
 * Networks, the checkpoint files they come from, and inference. Start at {@code network.Network}.
 */
@NullMarked
package dev.understudy.model;

import org.jspecify.annotations.NullMarked;
