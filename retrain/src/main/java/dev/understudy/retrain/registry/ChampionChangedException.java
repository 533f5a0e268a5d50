package dev.understudy.retrain.registry;

import dev.understudy.files.DataException;

/** The champion is not the one that the challenger was measured against. Nothing has been changed. */
public final class ChampionChangedException extends DataException {
    public ChampionChangedException(String message) {
        super(message);
    }
}
