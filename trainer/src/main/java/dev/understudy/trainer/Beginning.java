package dev.understudy.trainer;

import java.nio.file.Path;

/**
 * Another run that has trained a recipe's first stages, and nothing else of it: whoever begins there ends with the same
 * weights, bit for bit, as if it had trained those stages itself.
 *
 * @param run folder of that run
 * @param stages how many of the recipe's it has trained, at least 1
 */
public record Beginning(Path run, int stages) {
    public Beginning {
        if (stages < 1) {
            throw new IllegalArgumentException("stages must be at least 1, found " + stages);
        }
    }
}
