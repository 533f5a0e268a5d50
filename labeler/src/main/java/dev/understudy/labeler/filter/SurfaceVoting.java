package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.store.Evidence;
import dev.understudy.dataset.store.EvidencePlanes;
import dev.understudy.labeler.surface.SurfaceVote;
import java.util.List;

/**
 * Lets the pixels of a piece of surface vote on its class. The picture is cut into pieces along edges of depth, of normals
 * and of colour, finely and coarsely; each pixel's probabilities become the mean of its pieces' and a little of its own; the
 * most probable class is the answer and that probability its confidence. So labels end at the edges of things although the
 * network drew them coarsely, specks vanish, and a surface on which the expert is torn is trusted less as a whole.
 *
 * <p>Where an earlier policy took weight from a pixel its vote counts less; a dropped pixel stays dropped. Follow it by a
 * threshold to keep what is confident.
 *
 * @param edges what cuts surfaces apart
 * @param scales how coarse the pieces are, each at least 0; as for a picture of 160×120 and growing with it
 * @param smallest pixels of the smallest piece, likewise
 * @param own 0–1, how much a pixel's own probabilities count
 * @param repair whether an answer that is overruled is replaced; otherwise it is dropped
 */
@Named("surface-vote")
public record SurfaceVoting(
        @Default("{}") SurfaceEdges edges,
        @Default("[8, 32]") List<Double> scales,
        @Default("30") double smallest,
        @Default("0.1") double own,
        @Default("true") boolean repair)
        implements PolicyRecipe {
    private static final int ALL_KEPT = 255;

    public SurfaceVoting {
        scales = List.copyOf(scales);
        Checks checks = new Checks()
                .notEmpty("scales", scales)
                .inRange("smallest", smallest, 0, 1e6)
                .unit("own", own);
        for (int i = 0; i < scales.size(); i++) {
            checks.inRange("scales." + i, scales.get(i), 0, 1e6);
        }
        checks.verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        FilterPolicy policy = this::vote;
        return policy.reading(EvidencePlanes.top(ALL_KEPT));
    }

    private Judgement vote(Frame frame, Evidence evidence, Judgement current) {
        SurfaceVote vote = new SurfaceVote(
                Judgement.segmentation(evidence), edges.pieces(frame, scales, smallest), current.weight(), own);
        byte[] answer = current.classes().clone();
        float[] confidence = current.confidence().clone();
        boolean[] overruled = vote.decide(answer, confidence, repair);
        Judgement voted = current.answered(answer, confidence);
        return repair ? voted : voted.weighed(pixel -> overruled[pixel] ? 0 : 1);
    }
}
