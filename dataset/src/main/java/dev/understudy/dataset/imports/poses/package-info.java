/**
 * Poses that somebody else's SLAM system found, for frames that have none: trajectories by time and matrices by order
 * or by name. Start at {@link dev.understudy.dataset.imports.poses.PosesRun}.
 */
@NullMarked
package dev.understudy.dataset.imports.poses;

import org.jspecify.annotations.NullMarked;
