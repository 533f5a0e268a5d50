/** {@code understudy registry}: start at {@link dev.understudy.pipeline.registry.command.RegistryCommand}. */
@NullMarked
package dev.understudy.pipeline.registry.command;

import org.jspecify.annotations.NullMarked;
