package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.imports.ImportPlace;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.ImportSummary;
import dev.understudy.dataset.imports.Progress;
import dev.understudy.dataset.imports.Remarks;
import dev.understudy.dataset.imports.SourceTree;
import java.io.IOException;
import java.util.List;

/**
 * {@code dataset import rgbd}: sequences of pictures with depth become depth-only frames, with their poses and intrinsics.
 *
 * <p>Every file is decoded once to see that it is whole. Pictures are taken as they are (PPM becomes PNG); depth is taken
 * as it is unless it has values that mean "none" besides 0, and NYUDv2's raw disparity becomes 1/5000 m in the colour
 * camera's view. Ids are {@code <sequence>/<name>}.
 */
public final class RgbdImport {
    private RgbdImport() {}

    /**
     * @throws dev.understudy.conf.ConfigurationException if the options cannot be followed
     * @throws dev.understudy.files.DataException if no frame is found or none can be imported
     */
    public static ImportSummary run(RgbdImportOptions options, Progress progress) throws IOException {
        Remarks remarks = new Remarks();
        ImportPlace place = ImportPlace.of(List.of(options.root()), options.out(), options);
        place.requireFree();
        SourceTree tree = new SourceTree(options.root());
        Sequences found = new Sequences(options.every());
        options.layout().reader().read(tree, options.gap(), found);
        return new ImportRun<>(place, new RgbdConversion(options, tree, remarks), found.skipped(), remarks)
                .run(found.frames(), progress);
    }
}
