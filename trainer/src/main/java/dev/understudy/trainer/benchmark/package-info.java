/**
 * How fast a student trains on this machine, beside the same network in its plain form. Start at
 * {@link dev.understudy.trainer.benchmark.TrainingBenchmark}.
 */
@NullMarked
package dev.understudy.trainer.benchmark;

import org.jspecify.annotations.NullMarked;
