package dev.understudy.pipeline.ablate;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.RiskCoverage;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.StrictJson;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.filter.Judgement.LabelJudge;
import dev.understudy.labeler.filter.PolicyComparison;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.repair.SceneFolds;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.ablate.PolicyChoice.Candidate;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.train.SourceConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Chooses a policy and its constants by the annotated frames alone, cross-validated over their scenes, and scores all
 * of them on the other frames beside, which have no say. Trains nothing.
 */
public final class PolicySelection {
    private static final int FOLDS = 5;

    private final AblationConfiguration ablation;
    private final RunObserver observer;

    public PolicySelection(AblationConfiguration ablation, RunObserver observer) {
        this.ablation = ablation;
        this.observer = observer;
    }

    /** One policy with one choice of constants. */
    private record Variant(String policy, PolicyRecipe recipe, SceneRankings rankings) {}

    /**
     * Leaves {@code selection.json} and {@code selection.md} in the ablation's folder.
     *
     * @throws ConfigurationException if the annotated frames are of one scene, or none are named
     * @throws DataException if no annotated frame is in the store, or no other that has a truth
     */
    public PolicyChoice run() throws IOException {
        SourceConfiguration real = ablation.real();
        if (real == null) {
            throw new ConfigurationException("'real' must be given: policies are chosen by the frames that it names");
        }
        try (LabelScoring labels = LabelScoring.open(ablation)) {
            FrameSource annotated = labels.store().labelled(new DiskFrameSource(real.frames()));
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < annotated.size(); i++) {
                ids.add(annotated.record(i).id());
            }
            if (ids.isEmpty()) {
                throw new DataException(real.manifest() + ": none of the annotated frames is in " + ablation.store()
                        + ", and policies are chosen by those; label them too");
            }
            FrameSource all = labels.frames();
            // With a truth, and not among those that are chosen by
            FrameSource others = all.where(index -> all.record(index).segmentation() != null
                    && !ids.contains(all.record(index).id()));
            SceneFolds scenes = SceneFolds.of(Manifest.read(real.manifest()).frames());
            Map<String, Variant> variants = variants(scenes);
            Map<String, LabelScores> chosenOn = score(labels, annotated, variants, true);
            Map<String, LabelScores> testedOn = score(labels, others, variants, false);
            PolicyChoice choice = choose(List.copyOf(ids), scenes, variants, chosenOn, testedOn)
                    .over(annotated.size(), others.size());
            Files.createDirectories(ablation.out());
            AtomicFile.write(
                    ablation.out().resolve("selection.json"),
                    StrictJson.canonical(StrictJson.MAPPER.valueToTree(choice)) + "\n");
            AtomicFile.write(ablation.out().resolve("selection.md"), String.join("\n", choice.lines()) + "\n");
            return choice;
        }
    }

    private Map<String, Variant> variants(SceneFolds scenes) {
        Map<String, Variant> variants = new LinkedHashMap<>();
        ablation.policies().forEach((name, recipe) -> add(variants, name, recipe, scenes));
        ablation.candidates()
                .forEach((name, recipes) -> recipes.forEach(recipe -> add(variants, name, recipe, scenes)));
        return variants;
    }

    private static void add(Map<String, Variant> variants, String name, PolicyRecipe recipe, SceneFolds scenes) {
        long before = variants.values().stream()
                .filter(one -> one.policy.equals(name))
                .count();
        variants.put(name + " " + before, new Variant(name, recipe, new SceneRankings(scenes)));
    }

    private Map<String, LabelScores> score(
            LabelScoring labels, FrameSource frames, Map<String, Variant> variants, boolean ranked) {
        Map<String, LabelJudge> judges = new LinkedHashMap<>();
        variants.forEach((name, variant) -> {
            FilteredStore policy = labels.policy(variant.recipe);
            judges.put(name, ranked ? variant.rankings.over(policy) : policy);
        });
        try (Progress progress = observer.progress(ranked ? "choose" : "test", frames.size())) {
            PolicyComparison.Result result = new PolicyComparison(
                            judges, Map.of(), labels.classes().size())
                    .run(frames, (done, total, id) -> progress.step(1));
            Map<String, LabelScores> scores = new LinkedHashMap<>();
            List<String> neverSaid = StorePolicies.neverSaid(labels.store());
            result.scores()
                    .forEach((name, score) -> scores.put(
                            name,
                            LabelScores.of(
                                    variants.get(name).policy,
                                    score,
                                    labels.classes().names(),
                                    neverSaid)));
            return scores;
        }
    }

    private static PolicyChoice choose(
            List<String> ids,
            SceneFolds scenes,
            Map<String, Variant> variants,
            Map<String, LabelScores> chosenOn,
            Map<String, LabelScores> testedOn) {
        Map<String, Integer> foldOf = foldsOf(ids, scenes);
        int count = Collections.max(foldOf.values()) + 1;
        Map<String, List<String>> byPolicy = new LinkedHashMap<>();
        variants.forEach((key, variant) -> byPolicy.computeIfAbsent(variant.policy, none -> new ArrayList<>())
                .add(key));
        Map<String, Map<String, RiskCoverage>> crossed = new LinkedHashMap<>();
        Map<String, String> best = new LinkedHashMap<>();
        byPolicy.forEach((policy, keys) -> {
            Map<String, RiskCoverage> answers = new TreeMap<>();
            for (int fold = 0; fold < count; fold++) {
                int held = fold;
                String chosen = best(keys, variants, scene -> foldOf.get(scene) != held);
                variants.get(chosen).rankings.byScene().forEach((scene, ranking) -> {
                    if (foldOf.get(scene) == held) {
                        answers.put(scene, ranking);
                    }
                });
            }
            crossed.put(policy, answers);
            best.put(policy, best(keys, variants, scene -> true));
        });
        Map<String, RiskCoverage> none = crossed.get(LabelChoice.NONE);
        List<Candidate> candidates = new ArrayList<>();
        crossed.forEach((policy, answers) -> {
            String key = best.get(policy);
            candidates.add(new Candidate(
                    policy,
                    ConfigurationWriter.toYaml((Record) variants.get(key).recipe)
                            .strip(),
                    SceneRankings.area(answers.values()),
                    SceneRankings.difference(none, answers, crossed.size() - 1),
                    chosenOn.get(key),
                    testedOn.get(key)));
        });
        return PolicyChoice.of(candidates, none.size());
    }

    /** By scene the fold that it is in; two folds at least. */
    private static Map<String, Integer> foldsOf(List<String> ids, SceneFolds scenes) {
        Map<String, Integer> foldOf = new TreeMap<>();
        List<String> sorted = ids.stream().sorted().toList();
        int[] folds = scenes.folds(sorted, FOLDS);
        for (int i = 0; i < folds.length; i++) {
            foldOf.put(scenes.scene(sorted.get(i)), folds[i]);
        }
        if (Collections.max(foldOf.values()) < 1) {
            throw new ConfigurationException(
                    "all " + ids.size()
                            + " annotated frames are of one scene, by which no policy can be chosen; annotate frames of others");
        }
        return foldOf;
    }

    private static String best(List<String> keys, Map<String, Variant> variants, Predicate<String> scenes) {
        String best = keys.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (String key : keys) {
            double area = SceneRankings.area(variants.get(key).rankings.byScene().entrySet().stream()
                    .filter(scene -> scenes.test(scene.getKey()))
                    .map(Map.Entry::getValue)
                    .toList());
            if (area < least) {
                least = area;
                best = key;
            }
        }
        return best;
    }

    /**
     * How judgements of frames rank right and wrong labels, scene by scene: what is kept first, and then by confidence.
     */
    static final class SceneRankings {
        private static final int RESAMPLES = 500;
        private static final double LEVEL = 0.025;

        private final SceneFolds scenes;
        private final Map<String, RiskCoverage> byScene = new TreeMap<>();

        SceneRankings(SceneFolds scenes) {
            this.scenes = scenes;
        }

        Map<String, RiskCoverage> byScene() {
            return byScene;
        }

        /** A judge that says the same, of which each frame is counted here. */
        LabelJudge over(LabelJudge judge) {
            return frame -> {
                Judgement judgement = judge.judge(frame);
                LabelMap truth = frame.segmentation();
                if (truth != null) {
                    add(scenes.scene(frame.id()), truth, judgement);
                }
                return judgement;
            };
        }

        private void add(String scene, LabelMap truth, Judgement judgement) {
            RiskCoverage ranking = new RiskCoverage();
            for (int pixel = 0; pixel < truth.classes().length; pixel++) {
                int answer = judgement.classes()[pixel] & 0xFF;
                if (truth.classAt(pixel) != LabelMap.IGNORE && answer != LabelMap.IGNORE) {
                    ranking.add(
                            judgement.weight()[pixel] > 0 ? 1 : 0,
                            judgement.confidence()[pixel],
                            answer == truth.classAt(pixel));
                }
            }
            synchronized (byScene) {
                byScene.computeIfAbsent(scene, none -> new RiskCoverage()).merge(ranking);
            }
        }

        static double area(Iterable<RiskCoverage> rankings) {
            RiskCoverage all = new RiskCoverage();
            rankings.forEach(all::merge);
            return all.area();
        }

        /**
         * By how much a policy's area is smaller than another's, and what it might as well be over other scenes: as
         * {@link dev.understudy.evaluation.PairedBootstrap}, for as many comparisons at once as there are.
         */
        static PolicyChoice.AreaGain difference(
                Map<String, RiskCoverage> none, Map<String, RiskCoverage> policy, int comparisons) {
            List<String> scenes = List.copyOf(none.keySet());
            double gain = area(none.values()) - area(policy.values());
            SplittableRandom random = new SplittableRandom(1);
            double sum = 0;
            double squares = 0;
            for (int resample = 0; resample < RESAMPLES; resample++) {
                RiskCoverage one = new RiskCoverage();
                RiskCoverage other = new RiskCoverage();
                for (int i = 0; i < scenes.size(); i++) {
                    String scene = scenes.get(random.nextInt(scenes.size()));
                    one.merge(none.get(scene));
                    other.merge(policy.get(scene));
                }
                double off = one.area() - other.area() - gain;
                sum += off;
                squares += off * off;
            }
            double mean = sum / RESAMPLES;
            double error = Math.sqrt(Math.max(0, squares / RESAMPLES - mean * mean));
            double freedom = scenes.size() - 1;
            double half = error == 0
                    ? 0
                    : -new TDistribution(freedom).inverseCumulativeProbability(LEVEL / Math.max(1, comparisons))
                            * error
                            * Math.sqrt((freedom + 1) / freedom);
            return new PolicyChoice.AreaGain(gain - half, gain, gain + half);
        }
    }
}
