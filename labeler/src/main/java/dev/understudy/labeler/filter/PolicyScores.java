package dev.understudy.labeler.filter;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.ClassCounts;
import dev.understudy.evaluation.ConfidenceTable;
import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.RiskCoverage;
import dev.understudy.evaluation.SegmentationMetrics;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one policy made of frames: sums, to be merged and divided once. Scores against the truth are NaN where there was
 * none. Not safe for several threads.
 *
 * <p>The ranking is of all pixels that have a truth and an answer, dropped ones included with the answer they would
 * have had: by weight, then by the judgement's confidence. For a policy that only keeps and drops by confidence that is
 * the ranking by confidence, whatever its threshold.
 */
public final class PolicyScores {
    /** Of labels with weight above 0, unweighted. */
    private final ClassCounts kept;
    /** The same by frame, or by several of one scene, for comparisons that draw scenes. */
    private final SortedMap<String, FrameSums> units = new TreeMap<>();
    /** Of all answers, as if nothing were dropped. */
    private final ClassCounts answered;

    private final RiskCoverage ranking = new RiskCoverage();
    private final ConfidenceTable reliability;
    private long pixels;
    private long keptPixels;
    private long partlyWeighed;
    private long answers;

    PolicyScores(int classes) {
        kept = new ClassCounts(classes);
        answered = new ClassCounts(classes);
        reliability = new ConfidenceTable(classes);
    }

    /**
     * @param unit that the frame's sums are kept with, and its scene if that is known
     * @param truth null where it is not known
     */
    void add(String unit, @Nullable String scene, @Nullable LabelMap truth, Judgement judgement) {
        for (int pixel = 0; pixel < judgement.weight().length; pixel++) {
            float weight = judgement.weight()[pixel];
            pixels++;
            keptPixels += weight > 0 ? 1 : 0;
            partlyWeighed += weight > 0 && weight < 1 ? 1 : 0;
            answers += (judgement.classes()[pixel] & 0xFF) == LabelMap.IGNORE ? 0 : 1;
        }
        if (truth != null) {
            ClassCounts one = new ClassCounts(kept.classes());
            one.add(truth, judgement.kept().labels());
            kept.merge(one);
            units.merge(
                    unit,
                    new FrameSums(unit, scene, new TreeMap<>(Map.of(SegmentationMetrics.MIOU.family(), one.sums()))),
                    FrameSums::plus);
            addJudged(truth, judgement);
        }
    }

    private void addJudged(LabelMap truth, Judgement judgement) {
        answered.add(truth, new LabelMap(truth.width(), truth.height(), judgement.classes()));
        for (int pixel = 0; pixel < truth.classes().length; pixel++) {
            int answer = judgement.classes()[pixel] & 0xFF;
            if (truth.classAt(pixel) != LabelMap.IGNORE && answer != LabelMap.IGNORE) {
                boolean right = answer == truth.classAt(pixel);
                float confidence = judgement.confidence()[pixel];
                ranking.add(judgement.weight()[pixel], confidence, right);
                reliability.add(answer, Math.round(Math.min(1, confidence) * 255), right);
            }
        }
    }

    void merge(PolicyScores other) {
        kept.merge(other.kept);
        other.units.forEach((unit, sums) -> units.merge(unit, sums, FrameSums::plus));
        answered.merge(other.answered);
        ranking.merge(other.ranking);
        reliability.merge(other.reliability);
        pixels += other.pixels;
        keptPixels += other.keptPixels;
        partlyWeighed += other.partlyWeighed;
        answers += other.answers;
    }

    /** Share of the pixels with truth whose label is kept, 0–1; of all pixels where no truth is known. */
    public double keptShare() {
        return kept.annotated() > 0 ? kept.coverage() : (double) keptPixels / pixels;
    }

    /** Whether any answer was dropped. */
    public boolean drops() {
        return keptPixels < answers;
    }

    /** Whether any label counts in part. */
    public boolean weighs() {
        return partlyWeighed > 0;
    }

    /** Share of the kept labels that is right, 0–1; NaN when nothing is kept. */
    public double keptAccuracy() {
        return kept.pixelAccuracy();
    }

    /**
     * Of the kept labels, over the classes of the truth, the same for every policy: one that is dropped whole counts as
     * 0.
     */
    public double keptMeanIou() {
        return kept.meanIou(AbsentClasses.LEFT_OUT);
    }

    /**
     * Sums of the kept labels of each frame with truth, with its scene, in an order that all policies over the same
     * frames share; what their mean IoU is computed from. Of very many frames, those of a scene are added up.
     */
    public List<FrameSums> sums() {
        return List.copyOf(units.values());
    }

    /** Kept labels against the truth under them. */
    public ClassCounts kept() {
        return kept;
    }

    /**
     * Share of all answers that is right, were nothing dropped: more than the expert's own only if labels were
     * repaired.
     */
    public double answerAccuracy() {
        return answered.pixelAccuracy();
    }

    /** Area under the risk–coverage curve; smaller is better. */
    public double area() {
        return ranking.area();
    }

    /** Share of wrong labels among the best {@code coverage} of the answers. */
    public double risk(double coverage) {
        return ranking.risk(coverage);
    }

    public RiskCoverage ranking() {
        return ranking;
    }

    /** How right answers are by the policy's own confidence in them, to 1/255. */
    public ConfidenceTable reliability() {
        return reliability;
    }
}
