/**
 * The networks as DJL blocks, with the original authors' parameter names. Start at
 * {@link dev.understudy.model.network.Network}.
 *
 * <p>Tensors are named by layout: {@code imagesNchw} is batch, channel, row, column.
 */
@NullMarked
package dev.understudy.model.network;

import org.jspecify.annotations.NullMarked;
