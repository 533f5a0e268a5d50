package dev.understudy.labeler.repair;

import dev.understudy.labeler.repair.RepairExamples.Example;
import dev.understudy.labeler.repair.RepairInputs.Rows;
import dev.understudy.labeler.repair.RepairInputs.Seen;
import dev.understudy.labeler.repair.RepairLearning.Listener;
import dev.understudy.labeler.repair.RepairModel.RepairMethod;
import dev.understudy.labeler.repair.TrainingRows.Scale;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Scores methods on annotated frames, each frame by what the frames of the other folds taught.
 *
 * @param folds the fold of each frame
 * @param classes of the target's class space
 * @param topK classes kept for each pixel
 */
record CrossValidation(RepairExamples examples, int[] folds, int classes, int topK) {
    /** Of all methods, the expert's first; the listener is told of each frame. */
    List<RepairScore> scores(
            Map<RepairMethod, RepairModel> models, RepairInputs inputs, Scale scale, Workers workers, Listener listener)
            throws InterruptedException {
        Map<RepairMethod, RepairScore.Tally> totals = new EnumMap<>(RepairMethod.class);
        List<Callable<Map<RepairMethod, RepairScore.Tally>>> work = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            int index = i;
            work.add(() -> {
                Map<RepairMethod, RepairScore.Tally> tallies = score(models, inputs, scale, index);
                // Kept one by one: a hundred frames' counts at once would be memory for nothing
                synchronized (totals) {
                    tallies.forEach(
                            (method, tally) -> totals.computeIfAbsent(method, none -> new RepairScore.Tally(classes))
                                    .merge(tally));
                }
                listener.step();
                return Map.of();
            });
        }
        workers.all(work);
        List<RepairScore> scores = new ArrayList<>();
        totals.forEach((method, tally) -> scores.add(tally.score(method)));
        return scores;
    }

    private Map<RepairMethod, RepairScore.Tally> score(
            Map<RepairMethod, RepairModel> models, RepairInputs inputs, Scale scale, int index) {
        Example example = examples.read(index);
        Map<RepairMethod, RepairScore.Tally> tallies = new EnumMap<>(RepairMethod.class);
        tallies.put(
                RepairMethod.EXPERT,
                RepairScore.Tally.of(
                        classes, example.truth(), example.evidence().get(0)));
        Rows rows = inputs.of(new Seen(example.frame(), example.evidence(), example.features()));
        scale.apply(rows.rows());
        models.forEach((method, model) -> tallies.put(
                method,
                RepairScore.Tally.of(
                        classes,
                        example.truth(),
                        method.learns()
                                ? model.apply(rows, example.evidence(), folds[index], topK)
                                : model.apply(example.frame(), example.evidence(), null, topK))));
        return tallies;
    }
}
