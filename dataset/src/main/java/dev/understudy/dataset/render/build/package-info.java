/**
 * Putting solids together into things, in metres and in the thing's own frame. Start at {@link
 * dev.understudy.dataset.render.build.Assembly}. {@link dev.understudy.dataset.render.build.Piece} is a thing with its
 * measures, {@link dev.understudy.dataset.render.build.Scene} a finished world with the cameras that look at it.
 */
@NullMarked
package dev.understudy.dataset.render.build;

import org.jspecify.annotations.NullMarked;
