package dev.understudy.pipeline.label;

import dev.understudy.pipeline.progress.Progress;
import java.io.IOException;

/** What is told of a label job as it goes, on the thread that runs it. */
@FunctionalInterface
public interface JobListener {
    /**
     * The store is this job's: it is of the same making, and locked until the job ends. Nothing has been labelled yet, and
     * perhaps nothing is missing.
     */
    default void accepted() throws IOException {}

    /**
     * Work begins; not called when nothing is missing.
     *
     * @param frames that are missing
     * @return the progress to show; it steps by frames
     */
    Progress begun(int frames);
}
