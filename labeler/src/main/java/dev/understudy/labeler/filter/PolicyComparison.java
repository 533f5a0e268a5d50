package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.Evaluation.EvaluationListener;
import dev.understudy.files.DataException;
import dev.understudy.labeler.filter.Judgement.LabelJudge;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scores policies against the truth of frames, the first stage of an ablation: all policies see the same frames, each
 * of which is read once. Frames without truth count for the kept share alone. Runs on the common pool; sums do not
 * depend on the number of threads. Memory: 8 MB a policy and thread, and of each policy 32 bytes a frame and class, of
 * at most 2000 frames; of more, the sums of a scene are kept together, and of frames without a scene those of several
 * next to each other.
 */
public final class PolicyComparison {
    private static final int FRAMES_A_PART = 16;
    private static final int MOST_APART = 2000;

    private final Map<String, ? extends LabelJudge> policies;
    private final Map<String, ? extends LabelJudge> bounds;
    private final int classes;
    private final int mostApart;

    /**
     * @param policies by name, in the order of the result
     * @param bounds judges that know the truth, which come after the policies and take no part in disputes
     * @param classes of the labels' space
     */
    public PolicyComparison(
            Map<String, ? extends LabelJudge> policies, Map<String, ? extends LabelJudge> bounds, int classes) {
        this(policies, bounds, classes, MOST_APART);
    }

    /** @param mostApart of more frames the sums are not kept one by one */
    PolicyComparison(
            Map<String, ? extends LabelJudge> policies,
            Map<String, ? extends LabelJudge> bounds,
            int classes,
            int mostApart) {
        this.mostApart = mostApart;
        this.policies = new LinkedHashMap<>(policies);
        this.bounds = new LinkedHashMap<>(bounds);
        this.classes = classes;
    }

    /**
     * @param scores by policy, in the order in which they were given
     * @param disputes of all frames, the most disputed first
     */
    public record Result(Map<String, PolicyScores> scores, List<FrameDispute> disputes) {}

    /**
     * @param frames that every policy can judge
     * @throws DataException if there are none
     */
    public Result run(FrameSource frames, EvaluationListener listener) {
        if (frames.size() == 0) {
            throw new DataException(
                    "no frame has a place in the store and in the manifest; label the frames of this manifest first");
        }
        Map<String, PolicyScores> sums = empty();
        FrameDispute[] disputes = new FrameDispute[frames.size()];
        int parts = (frames.size() + FRAMES_A_PART - 1) / FRAMES_A_PART;
        int[] done = {0};
        IntStream.range(0, parts).parallel().forEach(part -> {
            Map<String, PolicyScores> scores = empty();
            for (int i = part * FRAMES_A_PART; i < Math.min(frames.size(), (part + 1) * FRAMES_A_PART); i++) {
                Frame frame = frames.read(i);
                disputes[i] = add(frame, unit(frames, i), scores);
                synchronized (sums) {
                    listener.scored(++done[0], frames.size(), frame.id());
                }
            }
            synchronized (sums) {
                scores.forEach((name, score) -> sums.get(name).merge(score));
            }
        });
        List<FrameDispute> most = new ArrayList<>(List.of(disputes));
        most.sort(Comparator.comparingDouble(FrameDispute::share).reversed().thenComparing(FrameDispute::id));
        return new Result(sums, most);
    }

    private Map<String, PolicyScores> empty() {
        Map<String, PolicyScores> scores = new LinkedHashMap<>();
        policies.keySet().forEach(name -> scores.put(name, new PolicyScores(classes)));
        bounds.keySet().forEach(name -> scores.put(name, new PolicyScores(classes)));
        return scores;
    }

    /** What a frame's sums are kept under. No scene has a space in its name, so none is taken for frames. */
    private String unit(FrameSource frames, int index) {
        if (frames.size() <= mostApart) {
            return frames.record(index).id();
        }
        String scene = frames.record(index).scene();
        int each = (frames.size() + mostApart - 1) / mostApart;
        return scene != null ? scene : "frames from " + index / each * each;
    }

    private FrameDispute add(Frame frame, String unit, Map<String, PolicyScores> scores) {
        String scene = frame.record().scene();
        List<Judgement> judgements = new ArrayList<>();
        policies.forEach((name, policy) -> {
            Judgement judgement = policy.judge(frame);
            scores.get(name).add(unit, scene, frame.segmentation(), judgement);
            judgements.add(judgement);
        });
        bounds.forEach((name, bound) -> scores.get(name).add(unit, scene, frame.segmentation(), bound.judge(frame)));
        return FrameDispute.of(frame.id(), judgements);
    }

    /**
     * How far policies are from agreeing on a frame.
     *
     * @param id of the frame
     * @param share mean over its pixels of the share of policies that do not go with the most of them, where dropping a
     *     pixel is an answer like any other; 0–1
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
}
