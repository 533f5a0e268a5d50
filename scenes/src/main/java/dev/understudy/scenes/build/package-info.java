/**
 * Putting solids together into things, in metres and in the thing's own frame. Start at {@link
 * dev.understudy.scenes.build.Assembly}. {@link dev.understudy.scenes.build.Assembly.Furniture} is a thing with its
 * measures, {@link dev.understudy.scenes.build.Scene} a finished world with the cameras that look at it.
 */
@NullMarked
package dev.understudy.scenes.build;

import org.jspecify.annotations.NullMarked;
