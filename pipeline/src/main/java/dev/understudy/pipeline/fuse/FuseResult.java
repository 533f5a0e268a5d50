package dev.understudy.pipeline.fuse;

import dev.understudy.labeler.fusion.FusionOptions;
import dev.understudy.labeler.fusion.SceneReport;
import dev.understudy.store.StoreDescription.StoreTotals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a fused store holds.
 *
 * @param voxel that was used, metres
 * @param pooling that was used
 * @param chosenBy how they were chosen, in words; null if they were given or the defaults
 * @param scenes with a name
 * @param fused frames that are in a map
 * @param withoutScene frames whose scene is not known
 * @param withoutPose frames of scenes without a usable pose, or without intrinsics
 * @param withoutDepth frames of scenes without readable depth
 * @param leftOut ids of frames whose depth contradicts the other views
 * @param fusedPixels share of all pixels in which other views had a say
 */
public record FuseResult(
        String store,
        double voxel,
        String pooling,
        @Nullable String chosenBy,
        long frames,
        int scenes,
        long fused,
        long withoutScene,
        long withoutPose,
        long withoutDepth,
        List<String> leftOut,
        double fusedPixels) {
    private static final int SHOWN = 10;

    static FuseResult of(
            Path store,
            FusionOptions options,
            @Nullable String chosenBy,
            StoreTotals totals,
            List<SceneReport> reports) {
        List<SceneReport> named =
                reports.stream().filter(report -> !report.scene().isEmpty()).toList();
        long pixels = reports.stream().mapToLong(SceneReport::pixels).sum();
        return new FuseResult(
                store.toString(),
                options.voxel(),
                options.pooling().name().toLowerCase(Locale.ROOT),
                chosenBy,
                totals.frames(),
                named.size(),
                named.stream().mapToLong(SceneReport::fused).sum(),
                totals.frames() - named.stream().mapToLong(SceneReport::frames).sum(),
                named.stream().mapToLong(SceneReport::withoutPose).sum(),
                named.stream().mapToLong(SceneReport::withoutDepth).sum(),
                named.stream().flatMap(report -> report.leftOut().stream()).toList(),
                pixels == 0
                        ? 0
                        : (double) reports.stream()
                                        .mapToLong(SceneReport::fusedPixels)
                                        .sum()
                                / pixels);
    }

    /** As people read it. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %d frames, %d of %d scenes fused in voxels of %s m by the %s%s",
                store,
                frames,
                fused,
                scenes,
                voxel,
                pooling,
                chosenBy == null ? "" : ", " + chosenBy));
        lines.add(String.format(Locale.ROOT, "%.1f %% of the pixels were seen by others too", 100 * fusedPixels));
        add(lines, withoutScene, "whose scene the manifest does not tell");
        add(lines, withoutPose, "without pose or intrinsics");
        add(lines, withoutDepth, "without depth");
        add(lines, leftOut.size(), "whose depth contradicts the other views:");
        leftOut.stream().limit(SHOWN).forEach(id -> lines.add("  " + id));
        if (leftOut.size() > SHOWN) {
            lines.add("  and " + (leftOut.size() - SHOWN) + " more, listed in " + store + "/scenes");
        }
        return lines;
    }

    private static void add(List<String> lines, long frames, String why) {
        if (frames > 0) {
            lines.add("kept as they were: " + frames + " frames " + why);
        }
    }
}
