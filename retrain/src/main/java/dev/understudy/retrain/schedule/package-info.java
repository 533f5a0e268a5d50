/**
 * A scheduler for those who have none: start at {@link dev.understudy.retrain.schedule.Scheduler}.
 *
 * <p>Until when ticks have been dealt with is kept in a file, so a scheduler that was down over three of them runs once
 * when it comes back, and of two schedulers on the same folder one takes the tick.
 */
@NullMarked
package dev.understudy.retrain.schedule;

import org.jspecify.annotations.NullMarked;
