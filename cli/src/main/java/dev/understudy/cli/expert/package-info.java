/** {@code understudy expert}: looks into a network's file, and tries a card on a picture. */
@NullMarked
package dev.understudy.cli.expert;

import org.jspecify.annotations.NullMarked;
