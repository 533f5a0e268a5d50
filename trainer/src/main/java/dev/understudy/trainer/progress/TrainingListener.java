package dev.understudy.trainer.progress;

/** Is told what happens, on the thread that trains, in order; what it does adds to the time of a step. */
public interface TrainingListener extends AutoCloseable {
    /** Training begins, or goes on, with {@code done} steps behind it. */
    default void started(long done, long steps) {}

    default void stepped(StepReport report) {}

    default void validated(ValidationReport report) {}

    /** Training has ended, well or not; a listener closes what it holds. */
    @Override
    default void close() {}
}
