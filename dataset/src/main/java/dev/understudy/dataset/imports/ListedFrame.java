package dev.understudy.dataset.imports;

import org.jspecify.annotations.Nullable;

/**
 * A frame that a source names; nothing has been opened yet. Paths are relative to the root.
 *
 * @param source where it was named: {@code list.txt:12}, or the folder
 */
record ListedFrame(String source, @Nullable String split, ListLine files) {

    /** The picture's path without its extension, with what ids may not have replaced by a hyphen. */
    String id(String prefix) {
        return prefix + SourceTree.idOf(withoutExtension(files.rgb()));
    }

    static String withoutExtension(String path) {
        int dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
    }
}
