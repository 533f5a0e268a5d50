package dev.understudy.pipeline;

/** Who watches a run: the console of a command, or a test. Runs know nothing of terminals. Safe for several threads. */
public interface RunObserver {
    /** Tells something that is not a result, in one line. */
    void tell(String line);

    /**
     * Starts showing progress; close it when done or failed.
     *
     * @param task what is done, in a word or two
     * @param total how many steps there are; 0 if that is not known
     */
    Progress progress(String task, long total);

    /** How far a long piece of work has come. Safe for use by several threads at once. */
    interface Progress extends AutoCloseable {
        /** So many more steps are done. */
        void step(long steps);

        /** What is worth knowing just now, a few words: it is shown beside the count. */
        void note(String words);

        /** Shows the last state. Says nothing of success. */
        @Override
        void close();
    }
}
