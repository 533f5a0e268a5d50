package dev.understudy.dataset.imports.nyud;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import java.nio.file.Path;

/**
 * What to import.
 *
 * @param mat {@code nyu_depth_v2_labeled.mat}
 * @param classes {@code classMapping40.mat}: from the file's 894 classes to 40
 * @param splits {@code splits.mat}: which frames are for training and which for testing
 * @param out where the manifest goes
 * @param rawDepth depth as it was measured, with its holes, instead of the filled one
 * @param idPrefix put before every frame's number
 */
public record NyudImportOptions(
        Path mat,
        Path classes,
        Path splits,
        Path out,
        @Default("false") boolean rawDepth,
        @Default("'nyud/'") String idPrefix) {
    public NyudImportOptions {
        new Checks()
                .that(idPrefix.matches("[A-Za-z0-9._/-]*"), "idPrefix", "must be of letters, digits and . _ / -")
                .verify();
    }
}
