package dev.understudy.labeler.repair;

import java.util.Arrays;
import java.util.List;

/**
 * What experts' answers mean before anything was learned of them: mostly what they say, a little of every class as
 * often as it was annotated, and where they say none of their classes, those that they lack. Networks learn what is to
 * be added to its logits, so that little learned is little changed. Immutable but for its arrays.
 *
 * @param shares [classes] of the annotated pixels, above 0, with the sum 1
 * @param known by class whether an expert can say it
 */
record ExpertPrior(float[] shares, boolean[] known) {
    /**
     * How much of a named class stays with it. By how often the experts are right on the annotated frames, 0.64 there,
     * repaired labels of rooms were worse.
     */
    private static final float KEPT = 0.8f;
    /** What a known class is worth against a lacking one where the experts say neither. */
    private static final float UNSAID = 0.1f;
    /** Experts are surer than they are right; half of their log-odds are taken. */
    private static final float TRUST = 0.5f;

    /** @param used numbers of the rows that it is of */
    static ExpertPrior of(TrainingRows rows, int[] used, List<int[]> experts) {
        double[] exact = rows.shares(used);
        float[] shares = new float[exact.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (float) exact[i];
        }
        return new ExpertPrior(shares, known(experts, rows.classes()));
    }

    static boolean[] known(List<int[]> experts, int classes) {
        boolean[] known = new boolean[classes];
        experts.forEach(each -> Arrays.stream(each).forEach(index -> known[index] = true));
        return known;
    }

    /**
     * @param said [n,classes] probabilities that experts give; a row's sum is below 1 by what is none of the classes
     * @return [n,classes] probabilities
     */
    float[] probabilities(float[] said) {
        float[] result = new float[said.length];
        for (int at = 0; at < said.length; at += shares.length) {
            Parts parts = parts(said, at);
            for (int i = 0; i < shares.length; i++) {
                result[at + i] = KEPT * said[at + i] + shares[i] * (known[i] ? parts.known : parts.lacking);
            }
        }
        return result;
    }

    /** Logarithms of {@link #probabilities}, times what experts' log-odds are worth. */
    float[] logits(float[] said) {
        float[] logarithms = new float[shares.length];
        for (int i = 0; i < shares.length; i++) {
            logarithms[i] = (float) Math.log(shares[i]);
        }
        float[] result = new float[said.length];
        for (int at = 0; at < said.length; at += shares.length) {
            Parts parts = parts(said, at);
            // Most classes were not said: their logarithms differ from those of their shares by two numbers
            float ofKnown = (float) Math.log(parts.known);
            float ofLacking = (float) Math.log(parts.lacking);
            for (int i = 0; i < shares.length; i++) {
                float own = said[at + i];
                result[at + i] = TRUST
                        * (own == 0
                                ? logarithms[i] + (known[i] ? ofKnown : ofLacking)
                                : (float) Math.log(KEPT * own + shares[i] * (known[i] ? parts.known : parts.lacking)));
            }
        }
        return result;
    }

    private Parts parts(float[] said, int at) {
        float sum = 0;
        float lacking = 0;
        for (int i = 0; i < shares.length; i++) {
            sum += said[at + i];
            lacking += shares[i] * (known[i] ? UNSAID : 1);
        }
        float any = (1 - KEPT) * sum;
        float none = Math.max(0, 1 - sum) / lacking;
        return new Parts(any + UNSAID * none, any + none);
    }

    /** What a share is worth. */
    private record Parts(float known, float lacking) {}
}
