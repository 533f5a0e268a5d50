/** {@code understudy expert}: looks into a network's file, and tries a card on a picture. */
@NullMarked
package dev.understudy.pipeline.expert;

import org.jspecify.annotations.NullMarked;
