package dev.understudy.evaluation;

/** Told of an evaluation's progress, on the thread that evaluates. */
@FunctionalInterface
public interface EvaluationListener {
    EvaluationListener NONE = (done, total, frame) -> {};

    /**
     * @param done frames scored so far
     * @param total frames that have something to score
     * @param frame id of the one that was scored last
     */
    void scored(int done, int total, String frame);
}
