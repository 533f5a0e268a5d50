package dev.understudy.pipeline.ablate;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.FramesWithTruth;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.ProgramBuild;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement.LabelJudge;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.OracleFilter;
import dev.understudy.labeler.filter.OracleFilter.TrueLabels;
import dev.understudy.labeler.filter.PolicyComparison;
import dev.understudy.labeler.filter.PolicyComparison.FrameDispute;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.filter.PolicyScores;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.ablate.AblationResults.LabelStage;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.OtherStores;
import dev.understudy.pipeline.spark.HadoopProvider;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The open store of an ablation with its frames, and the first stage over them. */
public final class LabelScoring implements AutoCloseable {
    private final AblationConfiguration ablation;
    private final LabelStore store;
    private final OtherStores others;
    private final ClassSpace classes;
    private final FrameSource frames;

    private LabelScoring(AblationConfiguration ablation, LabelStore store, OtherStores others) {
        this.ablation = ablation;
        this.store = store;
        this.others = others;
        this.classes = StorePolicies.classSpace(store);
        FrameSource stored =
                store.labelled(new DiskFrameSource(ablation.pseudo().frames()));
        this.frames = ablation.truth() == null
                ? stored
                : new FramesWithTruth(stored, new DiskFrameSource(Manifest.read(ablation.truth())));
        for (int i = 0; i < frames.size(); i++) {
            store.requireSameClasses(frames, i);
        }
    }

    static LabelScoring open(AblationConfiguration ablation) {
        HadoopProvider.configure(ablation.spark().settings());
        LabelStore store = LabelStore.open(ablation.store());
        OtherStores others = OtherStores.NONE;
        try {
            others = OtherStores.open(ablation.pseudo().otherStores());
            return new LabelScoring(ablation, store, others);
        } catch (RuntimeException e) {
            others.close();
            store.close();
            throw e;
        }
    }

    LabelStore store() {
        return store;
    }

    /** A policy over the store. */
    FilteredStore policy(PolicyRecipe recipe) {
        return StorePolicies.apply(recipe, store, frames, others);
    }

    public ClassSpace classes() {
        return classes;
    }

    /** That the store labels, with their truth if it is known. */
    public FrameSource frames() {
        return frames;
    }

    /** Judges by name: the policies in their order. */
    public Map<String, FilteredStore> policies() {
        Map<String, FilteredStore> policies = new LinkedHashMap<>();
        ablation.policies().forEach((name, recipe) -> policies.put(name, policy(recipe)));
        return policies;
    }

    private Map<String, LabelJudge> bounds() {
        Map<String, LabelJudge> bounds = new LinkedHashMap<>();
        if (ablation.truth() != null) {
            bounds.put(LabelChoice.ORACLE, new OracleFilter(StorePolicies.apply(new NoFilter(), store, frames)));
            bounds.put(LabelChoice.TRUE_LABELS, new TrueLabels());
        }
        return bounds;
    }

    LabelStage score(Progress progress) {
        PolicyComparison comparison = new PolicyComparison(policies(), bounds(), classes.size());
        PolicyComparison.Result result = comparison.run(frames, (done, total, id) -> progress.step(1));
        List<LabelScores> scores = new ArrayList<>();
        List<String> neverSaid = StorePolicies.neverSaid(store);
        PolicyScores baseline = result.scores().get(LabelChoice.NONE);
        result.scores().forEach((name, score) -> {
            LabelScores one = LabelScores.of(name, score, classes.names(), neverSaid);
            scores.add(baseline == null || score == baseline ? one : one.over(baseline, score));
        });
        List<String> disputed = result.disputes().stream()
                .limit(ablation.gallery())
                .map(FrameDispute::id)
                .toList();
        return new LabelStage(scores, disputed);
    }

    /** All that decides what {@link #score} comes to. */
    static SortedMap<String, String> inputs(AblationConfiguration ablation, AblationFiles files) throws IOException {
        SortedMap<String, String> inputs = new TreeMap<>();
        files.add("pseudo", ablation.pseudo(), inputs);
        @Nullable Path truth = ablation.truth();
        inputs.put("truth", truth == null ? "unknown" : files.manifest(truth));
        inputs.put("program", ProgramBuild.of(AblationFiles.LABELS));
        inputs.put("gallery", Integer.toString(ablation.gallery()));
        StringBuilder policies = new StringBuilder();
        for (Map.Entry<String, PolicyRecipe> policy : ablation.policies().entrySet()) {
            files.add(policy.getValue(), inputs);
            policies.append(policy.getKey())
                    .append(": ")
                    .append(ConfigurationWriter.toYaml((Record) policy.getValue()))
                    .append('\n');
        }
        inputs.put("policies", policies.toString());
        return inputs;
    }

    @Override
    public void close() {
        others.close();
        store.close();
    }
}
