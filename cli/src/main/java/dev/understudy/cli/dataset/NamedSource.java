package dev.understudy.cli.dataset;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.imports.ListImportOptions.Source;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code [SPLIT=]VALUE}, as sources are written on the command line. */
record NamedSource(@Nullable String split, String value) {
    static NamedSource parse(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new NamedSource(null, text)
                : new NamedSource(text.substring(0, equals), text.substring(equals + 1));
    }

    Source asList() {
        return Source.ofList(split, Path.of(value));
    }

    /** Up to four folders: {@code rgb,labels,depth,normals}, where all but the first may be empty. */
    Source asFolders() {
        String[] folders = value.split(",", -1);
        if (folders.length > 4 || folders[0].isBlank()) {
            throw new ConfigurationException(
                    "--folders " + value + ": expected RGB[,LABELS[,DEPTH[,NORMALS]]], folders below the root");
        }
        return new Source(split, null, folders[0], at(folders, 1), at(folders, 2), at(folders, 3));
    }

    private static @Nullable String at(String[] folders, int index) {
        return index < folders.length && !folders[index].isBlank() ? folders[index] : null;
    }
}
