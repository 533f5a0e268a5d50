package dev.understudy.cli.evaluate;

import dev.understudy.model.engine.Precision;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which network is scored.
 *
 * @param architecture null = as the checkpoint tells
 * @param classes class space of its outputs; null = that of the frames
 * @param mapTo class space that they are mapped to; null = none
 * @param precision that it is calculated in
 */
record NetworkChoice(
        Path checkpoint,
        @Nullable String architecture,
        @Nullable String classes,
        @Nullable String mapTo,
        Precision precision,
        String device) {}
