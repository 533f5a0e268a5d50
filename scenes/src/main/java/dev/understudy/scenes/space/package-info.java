/**
 * Points, transforms and random numbers of the renderer. Everything here gives the same bits on every machine: no
 * platform-dependent transcendental functions, no shared random state. Start at {@link
 * dev.understudy.scenes.space.Affine}.
 */
@NullMarked
package dev.understudy.scenes.space;

import org.jspecify.annotations.NullMarked;
