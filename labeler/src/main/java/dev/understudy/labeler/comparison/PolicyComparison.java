package dev.understudy.labeler.comparison;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.EvaluationListener;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.FilterPolicy;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scores policies over one store against the truth of its frames, the first stage of an ablation: all policies see the same
 * frames, each of which is read once. Runs on the common pool; sums do not depend on the number of threads. Memory: 8 MB a
 * policy and thread.
 */
public final class PolicyComparison {
    private static final int FRAMES_A_PART = 16;

    private final CalibratedStore store;
    private final Map<String, FilterPolicy> policies;

    /** @param policies by name, in the order of the result */
    public PolicyComparison(CalibratedStore store, Map<String, FilterPolicy> policies) {
        this.store = store;
        this.policies = new LinkedHashMap<>(policies);
    }

    /**
     * @param truth frames; those that the store lacks or that have no segmentation are left out
     * @return the scores by policy, in the order in which they were given
     * @throws DataException if no frame is left
     */
    public Map<String, PolicyScores> run(FrameSource truth, EvaluationListener listener) {
        int[] frames = IntStream.range(0, truth.size())
                .filter(i -> truth.record(i).segmentation() != null
                        && store.store().contains(truth.record(i).id()))
                .toArray();
        if (frames.length == 0) {
            throw new DataException(store.store().path() + ": none of the " + truth.size()
                    + " frames has both a segmentation and a place in the store; label the annotated frames too");
        }
        Map<String, PolicyScores> sums = empty();
        int parts = (frames.length + FRAMES_A_PART - 1) / FRAMES_A_PART;
        int[] done = {0};
        IntStream.range(0, parts).parallel().forEach(part -> {
            Map<String, PolicyScores> scores = empty();
            for (int i = part * FRAMES_A_PART; i < Math.min(frames.length, (part + 1) * FRAMES_A_PART); i++) {
                Frame frame = truth.read(frames[i]);
                add(frame, scores);
                synchronized (sums) {
                    listener.scored(++done[0], frames.length, frame.id());
                }
            }
            synchronized (sums) {
                scores.forEach((name, score) -> sums.get(name).merge(score));
            }
        });
        return sums;
    }

    private Map<String, PolicyScores> empty() {
        Map<String, PolicyScores> scores = new LinkedHashMap<>();
        int classes = store.store().description().numberOfClasses();
        policies.keySet().forEach(name -> scores.put(name, new PolicyScores(classes)));
        return scores;
    }

    private void add(Frame frame, Map<String, PolicyScores> scores) {
        LabelMap truth = frame.segmentation();
        if (truth != null) {
            policies.forEach((name, policy) -> {
                Judgement judgement = new FilteredStore(store, policy).judge(frame);
                add(truth, judgement, scores.get(name));
            });
        }
    }

    private static void add(LabelMap truth, Judgement judgement, PolicyScores scores) {
        scores.kept().add(truth, judgement.kept().labels());
        scores.answered().add(truth, new LabelMap(truth.width(), truth.height(), judgement.classes()));
        for (int pixel = 0; pixel < truth.classes().length; pixel++) {
            int answer = judgement.classes()[pixel] & 0xFF;
            if (truth.classAt(pixel) != LabelMap.IGNORE && answer != LabelMap.IGNORE) {
                scores.ranking()
                        .add(judgement.weight()[pixel], judgement.confidence()[pixel], answer == truth.classAt(pixel));
            }
        }
    }

    /** A table in Markdown: kept share, accuracy and mIoU of the kept labels, accuracy of all answers, AURC, risk at 80 %. */
    public static List<String> table(Map<String, PolicyScores> scores) {
        List<String> lines = new ArrayList<>();
        int width = scores.keySet().stream().mapToInt(String::length).max().orElse(0);
        String head = "| %-" + Math.max(width, 6) + "s | %6s | %13s | %9s | %12s | %6s | %13s |";
        lines.add(String.format(
                head, "policy", "kept", "kept accuracy", "kept mIoU", "all accuracy", "AURC", "wrong at 80 %"));
        lines.add("|" + "-".repeat(Math.max(width, 6) + 2) + "|-------:|--------------:|----------:|-------------:|"
                + "-------:|--------------:|");
        scores.forEach((name, score) -> lines.add(String.format(
                java.util.Locale.ROOT,
                head,
                name,
                percent(score.keptShare()),
                percent(score.keptAccuracy()),
                percent(score.keptMeanIou()),
                percent(score.answerAccuracy()),
                String.format(java.util.Locale.ROOT, "%.4f", score.area()),
                percent(score.risk(0.8)))));
        return lines;
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(java.util.Locale.ROOT, "%.1f %%", 100 * share);
    }
}
