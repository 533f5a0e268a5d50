package dev.understudy.trainer.benchmark;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.network.Heads;
import dev.understudy.trainer.data.CropSize;

/**
 * What to measure.
 *
 * @param heads of the student
 * @param batch frames a step learns from
 * @param crop of every frame
 * @param threads for the network
 * @param rounds measured, after one that is not; a round is a step of each form
 * @param plain whether to measure the plain form too
 */
public record TrainingBenchmarkSetup(Heads heads, int batch, CropSize crop, int threads, int rounds, boolean plain) {
    public TrainingBenchmarkSetup {
        if (batch < 1 || threads < 1 || rounds < 1) {
            throw new ConfigurationException(
                    "batch " + batch + ", " + threads + " threads, " + rounds + " rounds: expected at least 1 of each");
        }
    }
}
