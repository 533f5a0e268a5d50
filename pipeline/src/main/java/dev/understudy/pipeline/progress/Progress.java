package dev.understudy.pipeline.progress;

/** How far a long piece of work has come. Safe for use by several threads at once. */
public interface Progress extends AutoCloseable {
    /** So many more steps are done. */
    void step(long steps);

    /** What is worth knowing just now, a few words: it is shown beside the count. */
    void note(String words);

    /** Shows the last state. Says nothing of success. */
    @Override
    void close();
}
