package dev.understudy.labeler.comparison;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.filter.Judgement;
import java.util.List;

/**
 * How far policies are from agreeing on a frame.
 *
 * @param id of the frame
 * @param share mean over its pixels of the share of policies that do not go with the most of them, where dropping a pixel is
 *     an answer like any other; 0–1
 */
public record FrameDispute(String id, double share) {
    static FrameDispute of(String id, List<Judgement> judgements) {
        int[] votes = new int[256];
        long minority = 0;
        int pixels = judgements.get(0).weight().length;
        for (int pixel = 0; pixel < pixels; pixel++) {
            int most = 0;
            for (Judgement judgement : judgements) {
                most = Math.max(most, ++votes[answer(judgement, pixel)]);
            }
            for (Judgement judgement : judgements) {
                votes[answer(judgement, pixel)] = 0;
            }
            minority += judgements.size() - most;
        }
        return new FrameDispute(id, (double) minority / ((long) pixels * judgements.size()));
    }

    private static int answer(Judgement judgement, int pixel) {
        return judgement.weight()[pixel] > 0 ? judgement.classes()[pixel] & 0xFF : LabelMap.IGNORE;
    }
}
