package dev.understudy.cli.export;

import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.pipeline.filter.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;

/** A way in which other tools keep labels. */
interface LabelFormat {
    /**
     * Writes all frames into a folder. The same frames give the same bytes. A file appears whole or not at all.
     *
     * @param frames in their order; each is held only until the next is taken
     * @return what a user should open first
     */
    Path write(Path out, ClassSpace classes, Provenance made, Iterator<LabelledFrame> frames) throws IOException;
}
