package dev.understudy.retrain.frames;

import dev.understudy.conf.Named;
import dev.understudy.dataset.frame.Manifest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One manifest to which lines are added.
 *
 * @param file the manifest, or its folder
 * @param split only frames of this split; null = all
 */
@Named("manifest")
public record GrowingManifest(Path file, @Nullable String split) implements FrameInlet {
    /** Empty while no frame is of the split. */
    @Override
    public Manifest frames() {
        Manifest all = Manifest.read(file);
        return (split == null ? all : all.split(split)).filter(frame -> frame.segmentation() == null);
    }
}
