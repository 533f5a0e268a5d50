package dev.understudy.pipeline.repair;

import dev.understudy.labeler.repair.RepairModelFile.Stored;
import dev.understudy.labeler.repair.RepairScore;
import dev.understudy.labeler.repair.SceneFolds;
import dev.understudy.pipeline.ParentStores;
import dev.understudy.store.StoreDescription.StoreTotals;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a repair came to.
 *
 * @param store that was written; null if nothing was adopted
 * @param adopted method; null if no method is better than the expert by itself
 * @param expert the first store, which the repair is compared with
 * @param frames that were repaired
 * @param quarantined frames that could not be read
 * @param learned what it was learned from
 * @param before the expert's cross-validated score
 * @param after the adopted method's; null if there is none
 * @param methods of all methods, by whose comparison it was chosen
 * @param classes names, in the order of the scores' {@code iou}
 */
@RecordBuilder
public record RepairResult(
        @Nullable String store,
        @Nullable String adopted,
        String expert,
        long frames,
        long quarantined,
        Learned learned,
        RepairScore before,
        @Nullable RepairScore after,
        List<RepairScore> methods,
        List<String> classes) {
    /** Classes whose IoU changes by less are not listed. */
    private static final double WORTH_A_LINE = 0.005;

    /**
     * @param annotated frames that were learned from and scored on
     * @param scenes that they are of; 0 where they are another store's
     * @param guessed whether scenes are runs of ids because the manifest does not name any
     * @param added frames with annotations since, which were not learned from
     */
    record Learned(int annotated, int scenes, boolean guessed, int added) {
        /** Of frames that another manifest names: which of them are of one scene is not known here. */
        static Learned elsewhere(Set<String> ids) {
            return new Learned(ids.size(), 0, false, 0);
        }

        private boolean elsewhere() {
            return scenes == 0;
        }

        static Learned of(List<String> ids, SceneFolds folds, int added) {
            Set<String> scenes = new HashSet<>();
            ids.forEach(id -> scenes.add(folds.scene(id)));
            return new Learned(ids.size() - added, scenes.size(), folds.guessed() > 0, added);
        }
    }

    static RepairResult refused(
            RepairConfiguration configuration, ParentStores parents, Learned learned, List<RepairScore> scores) {
        return common(configuration, parents, learned, scores).build();
    }

    static RepairResult of(
            RepairConfiguration configuration,
            ParentStores parents,
            Learned learned,
            Stored stored,
            StoreTotals totals) {
        String adopted = stored.model().method().key();
        return common(configuration, parents, learned, stored.scores())
                .store(configuration.out().toString())
                .adopted(adopted)
                .frames(totals.frames())
                .quarantined(totals.quarantined())
                .after(stored.scores().stream()
                        .filter(score -> score.method().equals(adopted))
                        .findFirst()
                        .orElse(null))
                .build();
    }

    private static RepairResultBuilder common(
            RepairConfiguration configuration, ParentStores parents, Learned learned, List<RepairScore> scores) {
        return RepairResultBuilder.builder()
                .expert(configuration.stores().get(0).toString())
                .learned(learned)
                .before(scores.get(0))
                .methods(scores)
                .classes(parents.classSpace().names());
    }

    /** As people read it. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(outcome());
        lines.add(String.format(Locale.ROOT, "cross-validated on %d annotated frames of ", learned.annotated)
                + (learned.elsewhere()
                        ? "the store that it was learned for; nothing was scored on these"
                        : learned.scenes
                                + (learned.guessed
                                        ? " scenes; the manifest does not name them all, so runs of consecutive ids"
                                                + " were taken"
                                        : " scenes")));
        if (quarantined > 0) {
            lines.add(quarantined + " frames cannot be read and were left out; " + store
                    + "/quarantine says why, and --retry-quarantined repairs them once they are mended");
        }
        if (learned.added > 0) {
            lines.add(learned.added + " frames were annotated since and not learned from; repair into another folder to"
                    + " learn from them");
        }
        addMethods(lines);
        if (after != null) {
            addClasses(lines, after);
        }
        return lines;
    }

    private String outcome() {
        if (after == null) {
            return "nothing is repaired and nothing was written: no method raises the mean IoU of " + expert
                    + " without lowering its share of right pixels";
        }
        return String.format(
                Locale.ROOT,
                "%s: %d frames repaired by %s: mean IoU %.1f -> %.1f %%, pixels right %.1f -> %.1f %%,"
                        + " AURC %.4f -> %.4f",
                store,
                frames,
                adopted,
                100 * before.meanIou(),
                100 * after.meanIou(),
                100 * before.right(),
                100 * after.right(),
                before.area(),
                after.area());
    }

    private void addMethods(List<String> lines) {
        int width = methods.stream()
                .mapToInt(score -> score.method().length())
                .max()
                .orElse(0);
        lines.add(String.format(
                Locale.ROOT,
                "%-" + width + "s %8s %8s %8s %12s",
                "method",
                "mean IoU",
                "right",
                "AURC",
                "wrong at 80%"));
        methods.forEach(score -> lines.add(String.format(
                Locale.ROOT,
                "%-" + width + "s %8.1f %8.1f %8.4f %12.1f",
                score.method(),
                100 * score.meanIou(),
                100 * score.right(),
                score.area(),
                100 * score.wrongAt80())));
    }

    private void addClasses(List<String> lines, RepairScore now) {
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < classes.size(); i++) {
            Double was = before.iou().get(i);
            Double is = now.iou().get(i);
            if (was != null && is != null && Math.abs(is - was) >= WORTH_A_LINE) {
                changed.add(String.format(Locale.ROOT, "%s %.0f -> %.0f", classes.get(i), 100 * was, 100 * is));
            }
        }
        lines.add("IoU by class: " + (changed.isEmpty() ? "as it was" : String.join("; ", changed)));
    }
}
