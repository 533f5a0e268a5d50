package dev.understudy.trainer;

import dev.understudy.model.network.Network;
import dev.understudy.trainer.progress.Score;
import java.util.List;

/** Scores a network in the middle of training, on frames that it is not trained on. */
@FunctionalInterface
public interface Validator {
    /** @return the first score of each task is the one that decides; empty if there is nothing to validate on */
    List<Score> validate(Network network);
}
