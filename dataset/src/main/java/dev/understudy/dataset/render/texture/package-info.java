/**
 * What surfaces look like: procedural colours in linear light as functions of a {@link
 * dev.understudy.dataset.render.texture.SurfacePoint}. {@link dev.understudy.dataset.render.texture.Finishes} draws
 * everyday ones (fabrics, woods, walls, floors) at random; the same draws serve many classes on purpose, so that colour
 * alone does not tell a class. {@link dev.understudy.dataset.render.texture.Patterns} and
 * {@link dev.understudy.dataset.render.texture.Depictions} hold the patterns themselves.
 *
 * <p>Fine detail fades to its mean where a pixel covers more than a period of it, which stands in for filtering.
 */
@NullMarked
package dev.understudy.dataset.render.texture;

import org.jspecify.annotations.NullMarked;
