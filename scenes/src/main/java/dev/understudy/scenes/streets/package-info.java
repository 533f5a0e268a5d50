/**
 * The {@code streets} scene: roads with everything along them, in the classes of cityscapes19. Start at {@link
 * dev.understudy.scenes.streets.StreetLayout}. Things are built in the frame of {@link
 * dev.understudy.scenes.streets.StreetScape.Road}: x along the road, y to the left, z up; traffic keeps right.
 *
 * <p>The sky has a label and no depth. There are no trains.
 */
@NullMarked
package dev.understudy.scenes.streets;

import org.jspecify.annotations.NullMarked;
