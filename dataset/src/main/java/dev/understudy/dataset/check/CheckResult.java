package dev.understudy.dataset.check;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;

/**
 * What was found in one or several manifests.
 *
 * @param frames lines that describe a frame
 * @param splits frames by split, sorted; frames without one are under {@code none}
 * @param scenes different ones, of all splits
 * @param withoutScene frames of which the scene is not known, which are taken as independent of all others
 * @param annotations frames that have {@code depth}, {@code segmentation}, {@code normals}, and those that are
 *     {@code depth-only}, in this order
 * @param sizes frames by {@code width×height}, sorted
 * @param classes by class space: how often each class occurs
 * @param depth of all measured pixels
 * @param problems what is wrong, in the order in which it was found; at most {@value #MOST_LINES}
 * @param problemCount all that is wrong, even what {@code problems} has no room for
 * @param warnings what the values as a whole betray, or how pictures are turned: likely wrong, but there is no knowing
 * @param notes what is odd and may be meant; of single frames at most {@value #MOST_LINES}
 */
@RecordBuilder
public record CheckResult(
        int frames,
        Map<String, Integer> splits,
        int scenes,
        int withoutScene,
        Map<String, Integer> annotations,
        Map<String, Integer> sizes,
        Map<String, ClassCounts> classes,
        DepthRange depth,
        List<String> problems,
        int problemCount,
        List<String> warnings,
        List<String> notes) {

    public static final int MOST_LINES = 1000;

    /**
     * @param names of the classes, by index
     * @param pixels of each class, as long as {@code names}
     * @param ignored pixels without a label
     */
    public record ClassCounts(List<String> names, List<Long> pixels, long ignored) {}

    /**
     * @param pixels measured; the others are 0 if there are none
     * @param missing pixels of depth maps that hold no measurement
     * @param min metres
     * @param max metres
     * @param mean metres
     */
    public record DepthRange(long pixels, long missing, double min, double max, double mean) {}

    public boolean isSound() {
        return problemCount == 0;
    }
}
