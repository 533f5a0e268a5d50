package dev.understudy.dataset.imports.corrections;

import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.LabelMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Labels of frames, in a file of another tool. Files are hostile: they take bounded memory. Safe for several threads.
 */
public interface CorrectedLabels extends AutoCloseable {
    /** Opens a file of one format. */
    @FunctionalInterface
    interface Opener {
        /**
         * @param manifest that knows the frames
         * @param classes that the labels are of
         * @throws dev.understudy.files.DataException if the file is not of that format, or is damaged
         */
        CorrectedLabels open(Path file, Manifest manifest, ClassSpace classes) throws IOException;
    }

    /**
     * Ids of the frames that have labels, each once; what is no frame of the manifest has its own name. Never empty.
     */
    Collection<String> frames();

    /**
     * The labels of one frame; {@link LabelMap#IGNORE} where there are none.
     *
     * @param frame an id of {@link #frames()} that the manifest knows
     * @param width of its picture, which the labels' must be
     * @param height of its picture
     * @throws dev.understudy.files.DataException if they are of another size, or mean nothing
     */
    LabelMap labels(String frame, int width, int height) throws IOException;

    @Override
    void close() throws IOException;
}
