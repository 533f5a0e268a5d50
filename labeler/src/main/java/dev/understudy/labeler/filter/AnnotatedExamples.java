package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.labeler.surface.TiltHeightPrior;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Annotated frames with depth, from which a policy learns on what kind of surface each class is found. They must not be
 * the frames that the policy is judged by. Read when the policy is built, some hundredths of a second each.
 *
 * @param manifest of them
 * @param split only frames of this split; null = all
 * @param weight how much the surfaces count against the expert's word; 0 = not at all, 1 = as much
 */
public record AnnotatedExamples(
        Path manifest,
        @Nullable String split,
        @Default("" + DEFAULT_WEIGHT) double weight) {
    public static final double DEFAULT_WEIGHT = 0.7;

    public AnnotatedExamples {
        new Checks().inRange("weight", weight, 0, 10).verify();
    }

    TiltHeightPrior prior(FilterContext context) {
        Manifest frames = Manifest.read(manifest).filter(this::takes);
        DiskFrameSource source = new DiskFrameSource(frames);
        if (frames.size() == 0) {
            throw new ConfigurationException("surface-vote: none of the frames of " + manifest
                    + " has both segmentation and depth; name annotated frames that have");
        }
        for (int i = 0; i < source.size(); i++) {
            var space = source.classSpace(i);
            List<String> names = space == null ? context.classNames() : space.names();
            if (!names.equals(context.classNames())) {
                throw new ConfigurationException("surface-vote: the frames of " + manifest + " are annotated in another"
                        + " class space than the store's labels; map the annotation first");
            }
        }
        return TiltHeightPrior.count(source, context.classNames().size());
    }

    private boolean takes(FrameRecord frame) {
        return frame.segmentation() != null && frame.depth() != null && (split == null || split.equals(frame.split()));
    }
}
