package dev.understudy.dataset.imports;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a run reads and where it writes.
 *
 * @param roots folders that files are taken from. The manifest may not be written to one of them; where it is above all
 *     of them, files that need no change stay where they are. None, if all files are made
 * @param walked folders whose files all count, so that results may not be written inside
 * @param manifest the file to write; others are placed below its folder
 * @param optionsFile name of the file beside it that keeps the options
 * @param options all that decides what becomes of a frame, as text; when it has changed, nothing is kept
 */
public record ImportPlace(List<Path> roots, List<Path> walked, Path manifest, String optionsFile, String options) {
    /** The options of an import, beside its manifest. */
    public static final String OPTIONS_FILE = "import.yaml";

    public ImportPlace {
        roots = List.copyOf(roots);
        walked = List.copyOf(walked);
        manifest = manifest.toAbsolutePath();
    }

    /**
     * Of an importer.
     *
     * @param out the manifest's folder
     * @param options a configuration record
     */
    public static ImportPlace of(List<Path> roots, Path out, Record options) {
        return new ImportPlace(
                roots, roots, out.resolve(Manifest.FILE_NAME), OPTIONS_FILE, ConfigurationWriter.toYaml(options));
    }

    /** The manifest's. */
    Path folder() {
        return manifest.getParent();
    }

    /** What keeps which files were made of what. */
    String madeFile() {
        return optionsFile.replaceFirst("\\.yaml$", "") + ".files";
    }

    /** @throws ConfigurationException if something of the user's would be written over */
    public void requireFree() throws IOException {
        Placement.requireApart(folder(), roots, walked);
        if (Files.exists(manifest) && !Files.exists(folder().resolve(optionsFile))) {
            throw new ConfigurationException(manifest + ": is there already and was made by no such run (" + optionsFile
                    + " is missing); choose another --out, or remove it");
        }
    }
}
