/**
 * The one place that starts the native engine, and the tensor operations that networks are made of. Start at
 * {@link dev.understudy.model.engine.NativeEngine}.
 */
@NullMarked
package dev.understudy.model.engine;

import org.jspecify.annotations.NullMarked;
