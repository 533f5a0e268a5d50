package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.calibration.RiskPromise;
import dev.understudy.labeler.calibration.RiskPromise.SceneCounts;
import dev.understudy.labeler.filter.ConfidencePolicies.Threshold;
import dev.understudy.labeler.repair.SceneFolds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps as much as can be kept with the promise that, with the stated confidence, at most the stated share of it is
 * wrong, on new scenes like those of the annotated examples. The examples are looked at once, when the policy is made
 * ready; they are to be frames of the store that nothing else was chosen by, but for what was learned with {@code
 * calibrate --method learned}, which judges each frame by trees that did not see its scene. Refuses where it cannot
 * promise, and tells how many scenes would be needed.
 *
 * @param wrong share of the kept labels, 0–1
 * @param confidence that the promise holds, 0–1
 * @param examples manifest of annotated frames
 * @param split only frames of this split; null = all
 * @param of the policy whose confidence is cut; the store's own confidence if not given
 * @param least the threshold, where it was found before, as {@code retrain} finds it once a cycle: the examples are
 *     then not looked at; null = it is found when the policy is made ready
 */
@Named("promise")
public record Promise(
        @Default("0.1") double wrong,
        @Default("0.9") double confidence,
        Path examples,
        @Nullable String split,
        @Default("none") PolicyRecipe of,
        @Nullable Double least)
        implements PolicyRecipe {
    public Promise {
        new Checks()
                .inRange("wrong", wrong, 0.001, 0.999)
                .inRange("confidence", confidence, 0.5, 0.9999)
                .unit("least", least == null ? 0 : least)
                .verify();
    }

    /** Whose threshold is not known yet. */
    public Promise(double wrong, double confidence, Path examples, @Nullable String split, PolicyRecipe of) {
        this(wrong, confidence, examples, split, of, null);
    }

    /** More was asked for than the examples bear out. */
    public static final class RefusedException extends ConfigurationException {
        private static final long serialVersionUID = 1;

        private RefusedException(String problem) {
            super(problem);
        }
    }

    @Override
    public List<Path> manifests() {
        List<Path> all = new ArrayList<>(of.manifests());
        all.add(examples);
        return all;
    }

    @Override
    public List<Promise> promises() {
        return List.of(this);
    }

    @Override
    public Promise renewed(FilterContext examples) {
        return new Promise(wrong, confidence, this.examples, split, of, threshold(examples, of.policy(examples)));
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        FilterPolicy judge = of.policy(context);
        float threshold = (float) (least != null ? least : threshold(context, judge));
        FilterPolicy policy = (frame, evidence, current) -> {
            Judgement judged = judge.refine(frame, evidence, current);
            return judged.weighed(pixel -> judged.confidence()[pixel] >= threshold - Threshold.ROUNDING ? 1 : 0);
        };
        return policy.reading(judge.planes());
    }

    private double threshold(FilterContext context, FilterPolicy judge) {
        RiskPromise.Outcome outcome = new RiskPromise(wrong, confidence).test(count(context, judge));
        if (outcome.least().isPresent()) {
            return outcome.least().getAsDouble();
        }
        String wanted = String.format(
                Locale.ROOT, "promise: at most %.1f %% wrong with %.0f %% confidence", 100 * wrong, 100 * confidence);
        throw new RefusedException(wanted + " cannot be promised from the " + outcome.scenes() + " scenes of "
                + examples + "; "
                + (outcome.needed().isPresent()
                        ? "about " + outcome.needed().getAsInt() + " scenes like these would be needed, or promise less"
                        : "more of the surest labels are wrong, whatever the number of scenes: promise less"));
    }

    private SceneCounts count(FilterContext context, FilterPolicy judge) {
        CalibratedStore store = context.store("promise");
        DiskFrameSource frames = new DiskFrameSource(Manifest.read(examples, split));
        SceneFolds scenes = SceneFolds.of(
                IntStream.range(0, frames.size()).mapToObj(frames::record).toList());
        FilteredStore filtered = new FilteredStore(store, judge);
        SceneCounts counts = new SceneCounts();
        int used = 0;
        for (int i = 0; i < frames.size(); i++) {
            FrameRecord record = frames.record(i);
            if (record.segmentation() != null && store.store().contains(record.id())) {
                store.store().requireSameClasses(frames, i);
                add(frames.read(i), filtered, scenes.scene(record.id()), counts);
                used++;
            }
        }
        if (used == 0) {
            throw new ConfigurationException("promise: none of the frames of " + examples
                    + " is annotated and in the store; name annotated frames that the expert labelled too");
        }
        return counts;
    }

    private static void add(Frame frame, FilteredStore filtered, String scene, SceneCounts counts) {
        LabelMap truth = Objects.requireNonNull(frame.segmentation());
        Judgement judged = filtered.judge(frame);
        for (int pixel = 0; pixel < judged.pixels(); pixel++) {
            int actual = truth.classAt(pixel);
            if (actual != LabelMap.IGNORE) {
                if (judged.weight()[pixel] > 0) {
                    counts.add(scene, judged.confidence()[pixel], actual == (judged.classes()[pixel] & 0xFF));
                } else {
                    counts.addDropped(scene);
                }
            }
        }
    }
}
