package dev.understudy.pipeline.label;

import dev.understudy.conf.PathText;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.labeler.Expert;
import dev.understudy.store.StoreDescription;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * One expert of a job, and the store that its evidence goes into. Several in one job read each frame once.
 *
 * @param store its folder, which every executor must be able to write to; absolute
 * @param description of that store
 * @param experts where tasks get the expert from
 */
public record LabelTarget(String store, StoreDescription description, ExpertSource experts) implements Serializable {
    public LabelTarget(Path store, StoreDescription description, ExpertSource experts) {
        this(store.toAbsolutePath().toString(), description, experts);
    }

    Path path() {
        return PathText.parse(store);
    }

    /** Where tasks get their expert from. Travels from the driver to the executors. */
    public interface ExpertSource extends Serializable {
        /**
         * An expert for one task, which closes it. Dear parts (weights) are loaded once per JVM and shared between
         * tasks.
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

    /** How tasks open frames. Travels from the driver to the executors; safe for several threads. */
    @FunctionalInterface
    public interface FrameReading extends Serializable {
        /** @throws dev.understudy.files.DataException if the frame cannot be read; it is quarantined then */
        Frame read(FrameRecord record);

        /** How many frames a task may read at once: more than one where reading is mostly waiting. */
        default int atOnce() {
            return 1;
        }
    }
}
