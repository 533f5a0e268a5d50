package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.repair.PictureEncoder.PictureFeatures;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Annotated frames and what experts say of them. Each is read several times, by several threads at once, and never
 * kept.
 */
public interface RepairExamples {
    int size();

    Example read(int index);

    /**
     * @param frame with its depth
     * @param truth of the frame's size
     * @param evidence by store, with agreement
     * @param features of the picture; null if none are used
     */
    record Example(
            Frame frame,
            LabelMap truth,
            List<SegmentationEvidence> evidence,
            @Nullable PictureFeatures features) {
        public Example {
            evidence = List.copyOf(evidence);
        }
    }
}
