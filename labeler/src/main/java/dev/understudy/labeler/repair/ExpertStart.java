package dev.understudy.labeler.repair;

import dev.understudy.labeler.repair.RepairModel.RepairMethod;
import dev.understudy.labeler.repair.RepairScore.Tally;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where networks start that do not learn every class from nothing: at what the experts say, and how far they are
 * believed against it. Immutable but for its arrays, safe for several threads.
 *
 * @param priors by fold, of what all others say
 * @param learned the networks' share of the answer, above 0 and up to 1; the rest is the priors'
 */
record ExpertStart(List<ExpertPrior> priors, float learned) {
    /** The least of {@link #learned} that is tried, in tenths. */
    private static final int FEWEST = 3;

    private static final int TRIES = 8;
    private static final int LEVELS = 255;

    ExpertStart {
        priors = List.copyOf(priors);
    }

    /**
     * Mixes what networks answer with what the experts say.
     *
     * @param answers [n,classes] probabilities, changed in place
     * @param said [n,classes] what the experts say
     * @param fold whose prior it is; null = the mean over all
     */
    void mix(float[] answers, float[] said, @Nullable Integer fold) {
        List<ExpertPrior> used = fold == null ? priors : List.of(priors.get(fold));
        for (int i = 0; i < answers.length; i++) {
            answers[i] *= learned;
        }
        for (ExpertPrior prior : used) {
            float[] probabilities = prior.probabilities(said);
            for (int i = 0; i < answers.length; i++) {
                answers[i] += (1 - learned) / used.size() * probabilities[i];
            }
        }
    }

    /**
     * That share of the networks which answers best: the highest sum of mean IoU and share of right pixels, less twice
     * the area under the risk–coverage curve, each fold answering the frames that it did not see. It is one number of
     * {@value #TRIES} for all, so that scores of those frames are hardly flattered by it; chosen for each fold by the
     * others' frames it would be of too few frames to be any good.
     *
     * @param folds the networks of each
     * @param rows all that were sampled
     * @param foldOf by frame
     */
    static ExpertStart weighed(
            List<ExpertPrior> priors, List<List<SmallNetwork>> folds, TrainingRows rows, int[] foldOf) {
        Tally[] tallies = new Tally[TRIES];
        Arrays.setAll(tallies, i -> new Tally(rows.classes()));
        for (int fold = 0; fold < folds.size(); fold++) {
            int number = fold;
            TrainingRows unseen = rows.picked(IntStream.range(0, rows.size())
                    .filter(row -> foldOf[rows.frames()[row]] == number)
                    .toArray());
            float[] networks = mean(folds.get(fold), unseen, priors.get(fold).logits(unseen.said()));
            for (int i = 0; i < TRIES; i++) {
                float[] answers = networks.clone();
                new ExpertStart(priors, share(i)).mix(answers, unseen.said(), fold);
                add(tallies[i], unseen, answers);
            }
        }
        return new ExpertStart(priors, share(best(tallies)));
    }

    private static float[] mean(List<SmallNetwork> networks, TrainingRows rows, float[] logits) {
        float[] sums = new float[logits.length];
        for (SmallNetwork network : networks) {
            network.addTo(sums, rows.values(), rows.width(), rows.size(), logits);
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= networks.size();
        }
        return sums;
    }

    private static float share(int number) {
        return (FEWEST + number) / 10f;
    }

    /** The first of the best. */
    private static int best(Tally[] tallies) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < tallies.length; i++) {
            RepairScore score = tallies[i].score(RepairMethod.CONTEXT_FROM_EXPERT);
            double worth = score.meanIou() + score.right() - 2 * score.area();
            if (worth > most) {
                most = worth;
                best = i;
            }
        }
        return best;
    }

    private static void add(Tally tally, TrainingRows rows, float[] answers) {
        for (int row = 0; row < rows.size(); row++) {
            int at = row * rows.classes();
            int label = rows.best(answers, row);
            tally.add(rows.labels()[row], label, Math.round(answers[at + label] * LEVELS));
        }
    }
}
