package dev.understudy.dataset.imports.kitti;

import dev.understudy.dataset.imports.ImportPlace;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.ImportSummary;
import dev.understudy.dataset.imports.Progress;
import dev.understudy.dataset.imports.Remarks;
import dev.understudy.dataset.imports.SourceTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code dataset import kitti}: raw drives with depth become depth-only frames, the semantics benchmark labelled ones.
 * Depth keeps its 1/256 m, and labelled ones get theirs from disparity if that is asked for; labels become kitti6; intrinsics are those of the rectified camera where its calibration was
 * unpacked too. Sizes differ from drive to drive, as they do in KITTI.
 */
public final class KittiImport {
    private KittiImport() {}

    /**
     * @throws dev.understudy.conf.ConfigurationException if the options cannot be followed
     * @throws dev.understudy.files.DataException if no frame is found or none can be imported
     */
    public static ImportSummary run(KittiImportOptions options, Progress progress) throws IOException {
        ImportPlace place = ImportPlace.of(options.roots(), options.out(), options);
        place.requireFree();
        Remarks remarks = new Remarks();
        KittiConversion conversion = new KittiConversion(options, remarks);
        List<SourceTree> trees = new ArrayList<>();
        for (Path root : options.roots()) {
            trees.add(new SourceTree(root));
        }
        KittiFinder finder = new KittiFinder(options);
        finder.find(trees);
        return new ImportRun<>(place, conversion, finder.skipped(), remarks).run(finder.frames(), progress);
    }
}
