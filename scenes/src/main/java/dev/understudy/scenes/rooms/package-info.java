/**
 * The {@code rooms} scene: living rooms, bedrooms, kitchens, offices and dining rooms with the classes of nyud40. Start
 * at {@link dev.understudy.scenes.rooms.RoomLayout}; {@link dev.understudy.scenes.rooms.RoomPlan} finds places for
 * things, the other classes make the things.
 *
 * <p>Classes overlap in colour and texture on purpose and differ by shape, proportions, fittings and place, as real
 * ones do: a refrigerator is a tall box with long handles, a night stand a small one with a lamp beside a bed.
 */
@NullMarked
package dev.understudy.scenes.rooms;

import org.jspecify.annotations.NullMarked;
