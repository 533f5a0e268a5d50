package dev.understudy.dataset.imports.kitti;

import dev.understudy.dataset.imports.SourceTree;
import java.nio.file.Path;

/** A file in one of the roots. */
record FoundFile(SourceTree tree, String path) {
    /** @throws dev.understudy.files.DataException if a link leads out of the root */
    Path resolve() {
        return tree.resolve(path);
    }
}
