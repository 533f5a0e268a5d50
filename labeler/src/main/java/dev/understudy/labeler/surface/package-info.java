/**
 * What the picture and the depth of a frame say of its surfaces, without any network: label regions, distances, and the
 * segments of surface that belong together. Everything takes time linear in the pixels and uses primitive arrays. Maps
 * are row-major; pixel {@code y·width + x}.
 */
@NullMarked
package dev.understudy.labeler.surface;

import org.jspecify.annotations.NullMarked;
