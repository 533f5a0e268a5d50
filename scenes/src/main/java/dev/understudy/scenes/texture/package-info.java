/**
 * What surfaces look like: procedural colours in linear light as functions of a {@link
 * dev.understudy.scenes.texture.SurfacePoint}. {@link dev.understudy.scenes.texture.Finishes} draws
 * everyday ones (fabrics, woods, walls, floors) at random; the same draws serve many classes on purpose, so that colour
 * alone does not tell a class. {@link dev.understudy.scenes.texture.Patterns} and
 * {@link dev.understudy.scenes.texture.Depictions} hold the patterns themselves.
 *
 * <p>Fine detail fades to its mean where a pixel covers more than a period of it, which stands in for filtering.
 */
@NullMarked
package dev.understudy.scenes.texture;

import org.jspecify.annotations.NullMarked;
