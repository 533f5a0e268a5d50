package dev.understudy.pipeline.label;

import dev.understudy.labeler.Expert;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/** Where tasks get their expert from. Travels from the driver to the executors. */
public interface ExpertSource extends Serializable {
    /**
     * An expert for one task, which closes it. Dear parts (weights) are loaded once per JVM and shared between tasks.
     *
     * @param threads processor threads that the expert may use
     * @throws dev.understudy.files.DataException if its checkpoint cannot be read here, or is not the driver's
     */
    Expert open(int threads);

    /** What the expert runs on: {@code cpu}, {@code gpu} or {@code gpu:<n>}. A cluster is asked for it. */
    default String device() {
        return "cpu";
    }

    /** Files of the driver's that Spark has to bring to every executor. */
    default List<Path> filesToSend() {
        return List.of();
    }
}
