/**
 * What comes in: where new frames are looked for, and which have been dealt with. Start at
 * {@link dev.understudy.retrain.frames.FramePool}.
 *
 * <p>A cycle works on the list that it made at its start, so frames that arrive meanwhile are the next one's. Lists
 * hold paths relative to the root of the source; pictures stay where they are and are not copied.
 */
@NullMarked
package dev.understudy.retrain.frames;

import org.jspecify.annotations.NullMarked;
