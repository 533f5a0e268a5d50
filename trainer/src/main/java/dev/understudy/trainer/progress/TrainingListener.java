package dev.understudy.trainer.progress;

/** Is told what happens, on the thread that trains, in order; what it does adds to the time of a step. */
public interface TrainingListener extends AutoCloseable {
    /** Training begins, or goes on, with {@code done} steps behind it. */
    default void started(long done, long steps) {}

    /** Something was done that is neither a step nor a validation, for people to read. */
    default void noted(String what) {}

    default void stepped(StepReport report) {}

    default void validated(ValidationReport report) {}

    /** Training has ended, well or not; a listener closes what it holds. */
    @Override
    default void close() {}
}
