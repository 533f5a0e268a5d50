/**
 * {@code understudy expert}, {@code checkpoint} and {@code registry}: look into networks' files, try a card on a
 * picture, change a checkpoint's container, and keep the versions that a schedule trained.
 */
@NullMarked
package dev.understudy.cli.network;

import org.jspecify.annotations.NullMarked;
