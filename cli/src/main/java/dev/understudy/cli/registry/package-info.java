/** {@code understudy registry}: start at {@link dev.understudy.cli.registry.RegistryCommand}. */
@NullMarked
package dev.understudy.cli.registry;

import org.jspecify.annotations.NullMarked;
