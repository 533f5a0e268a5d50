package dev.understudy.pipeline.progress;

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
}
