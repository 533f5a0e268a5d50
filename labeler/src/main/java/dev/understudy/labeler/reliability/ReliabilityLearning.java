package dev.understudy.labeler.reliability;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.labeler.repair.SceneFolds;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreDescription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Learns a {@link ReliabilityModel} from the annotated frames of a store. Frames of one scene are in one fold
 * ({@link SceneFolds}); each fold gets a learner that saw the others, and frames that were not annotated one that saw
 * all.
 */
public final class ReliabilityLearning {
    /** How much a pixel that an annotated frame has no class for counts as a wrong label, if nobody says. */
    public static final double UNLABELLED = 0.125;

    private static final int FOLDS = 5;
    private static final int CELLS_A_FRAME = 1500;
    /** Labels of a class that are seen before its own share counts half. */
    private static final double PRIOR = 200;

    private final LabelStore store;
    private final @Nullable LabelStore beside;
    private final FrameSource frames;
    private final double unlabelled;
    private final int[] indices;
    private final int[] folds;
    private final int guessed;

    /**
     * @param frames all that are known, annotated or not, in the data set's order
     * @param split only annotated frames of this split are learned from; null = of all
     * @param unlabelled 0–1, how much a pixel that an annotated frame has no class for counts as a wrong label: where
     *     what the class space lacks is left out of the annotation, its labels are wrong all the same
     * @throws DataException if there are not frames of two scenes with truth in the store, or their class space is
     *     another one
     */
    public ReliabilityLearning(LabelStore store, FrameSource frames, @Nullable String split, double unlabelled) {
        this(store, null, frames, split, unlabelled);
    }

    /**
     * As the other, of frames that are in both stores.
     *
     * @param beside another expert's labels of the same frames, which trees look at too; null = there are none
     */
    public ReliabilityLearning(
            LabelStore store,
            @Nullable LabelStore beside,
            FrameSource frames,
            @Nullable String split,
            double unlabelled) {
        if (beside != null
                && !beside.description().classes().equals(store.description().classes())) {
            throw new DataException(beside.path() + ": its labels are in "
                    + beside.description().classes() + ", expected "
                    + store.description().classes() + " as in "
                    + store.path() + "; label both in one class space");
        }
        this.store = store;
        this.beside = beside;
        this.frames = frames;
        this.unlabelled = unlabelled;
        List<FrameRecord> records =
                IntStream.range(0, frames.size()).mapToObj(frames::record).toList();
        this.indices = IntStream.range(0, frames.size())
                .filter(i -> split == null || split.equals(records.get(i).split()))
                .filter(this::isLabelled)
                .toArray();
        SceneFolds scenes = SceneFolds.of(records);
        this.folds = scenes.folds(
                Arrays.stream(indices).mapToObj(i -> records.get(i).id()).toList(), FOLDS);
        this.guessed = (int) Arrays.stream(indices)
                .filter(i -> records.get(i).scene() == null)
                .count();
        if (Arrays.stream(folds).max().orElse(0) < 1) {
            throw new DataException(store.path() + ": " + indices.length + " of the " + frames.size()
                    + " frames are annotated and in the store, all of one scene, expected frames of at least two scenes;"
                    + " annotate others, or name scenes with 'dataset scenes'");
        }
    }

    private boolean isLabelled(int index) {
        FrameRecord record = frames.record(index);
        if (record.segmentation() == null
                || !store.contains(record.id())
                || beside != null && !beside.contains(record.id())) {
            return false;
        }
        store.requireSameClasses(frames, index);
        return true;
    }

    /** Frames to learn from. */
    public int steps() {
        return indices.length;
    }

    /** Deterministic. @param progress is told of each frame that was read */
    public ReliabilityModel learn(IntConsumer progress) {
        int[] known = known(store.description());
        Examples examples =
                new Examples(ReliabilityFeatures.names(beside != null).size());
        for (int i = 0; i < indices.length; i++) {
            Frame frame = frames.read(indices[i]);
            examples.add(
                    ReliabilityFeatures.of(
                            frame.withoutTruth(),
                            evidence(store, frame.id()),
                            beside == null ? null : evidence(beside, frame.id()),
                            known),
                    Objects.requireNonNull(frame.segmentation()),
                    folds[i],
                    unlabelled);
            progress.accept(1);
        }
        return model(examples, known);
    }

    private static SegmentationEvidence evidence(LabelStore store, String id) {
        return Objects.requireNonNull(store.get(id, ReliabilityFeatures.PLANES).segmentation());
    }

    /** Classes that the store can say; all where it does not know. */
    static int[] known(StoreDescription description) {
        @Nullable List<Integer> known = description.knownClasses();
        return known == null
                ? IntStream.range(0, description.numberOfClasses()).toArray()
                : known.stream().mapToInt(Integer::intValue).toArray();
    }

    private ReliabilityModel model(Examples examples, int[] known) {
        if (examples.count == 0) {
            throw new DataException("no pixel of the " + indices.length + " frames has a class; annotate frames");
        }
        int count = Arrays.stream(folds).max().orElse(0) + 1;
        List<ReliabilityModel.Learner> learners = new ArrayList<>();
        for (int fold = 0; fold <= count; fold++) {
            learners.add(examples.learner(fold, fold + 1L));
        }
        SortedMap<String, Integer> byId = new TreeMap<>();
        for (int i = 0; i < indices.length; i++) {
            byId.put(frames.record(indices[i]).id(), folds[i]);
        }
        float[] byTrees = examples.crossed(learners);
        ReliabilityModel.Mix mix = examples.mix(byTrees);
        return ReliabilityModelBuilder.builder()
                .fingerprint(store.description().fingerprint().digest())
                .beside(beside == null ? "" : beside.description().fingerprint().digest())
                .features(ReliabilityFeatures.names(beside != null))
                .known(Arrays.stream(known).boxed().toList())
                .mix(mix)
                .plain(examples.mix(new float[examples.count]))
                .unlabelled(unlabelled)
                .folds(byId)
                .guessedScenes(guessed)
                .learners(learners)
                .fallback(examples.oneSided())
                .score(examples.score(byTrees, mix))
                .build();
    }

    /** The cells to learn from. */
    private static final class Examples {
        private final int width;
        int count;
        private float[] rows = new float[1 << 16];
        private int[] label = new int[1 << 10];
        private int[] second = new int[1 << 10];
        private int[] fold = new int[1 << 10];
        private int[] level = new int[1 << 10];
        private float[] weight = new float[1 << 10];
        private boolean[] right = new boolean[1 << 10];

        Examples(int width) {
            this.width = width;
        }

        void add(ReliabilityFeatures features, LabelMap truth, int ofFold, double unlabelled) {
            int cells = features.grid().cells();
            // A step that shares no factor with rows of cells, so that cells from everywhere are seen
            double step = Math.max(1, (double) cells / CELLS_A_FRAME);
            for (double at = 0; at < cells; at += step) {
                int cell = (int) at;
                int actual = truth.classAt(features.grid().middle(cell));
                double counts = actual == LabelMap.IGNORE ? unlabelled : 1;
                if (features.label()[cell] != LabelMap.IGNORE && counts > 0) {
                    grow();
                    features.copy(cell, rows, count * width);
                    label[count] = features.label()[cell];
                    second[count] = features.second()[cell];
                    fold[count] = ofFold;
                    level[count] = features.level()[cell];
                    weight[count] = (float) counts;
                    right[count++] = actual == features.label()[cell];
                }
            }
        }

        private void grow() {
            if (count == label.length) {
                label = Arrays.copyOf(label, 2 * count);
                second = Arrays.copyOf(second, 2 * count);
                fold = Arrays.copyOf(fold, 2 * count);
                level = Arrays.copyOf(level, 2 * count);
                weight = Arrays.copyOf(weight, 2 * count);
                right = Arrays.copyOf(right, 2 * count);
            }
            if ((count + 1) * width > rows.length) {
                rows = Arrays.copyOf(rows, Math.multiplyExact(rows.length, 2));
            }
        }

        /** Classes without a right or without a wrong label among all examples. */
        List<Integer> oneSided() {
            boolean[][] seen = new boolean[2][256];
            for (int i = 0; i < count; i++) {
                seen[right[i] ? 1 : 0][label[i]] = true;
            }
            return IntStream.range(0, 256)
                    .filter(index -> !seen[0][index] || !seen[1][index])
                    .boxed()
                    .toList();
        }

        /** What all examples but those of a fold teach. */
        ReliabilityModel.Learner learner(int without, long seed) {
            int[] some =
                    IntStream.range(0, count).filter(i -> fold[i] != without).toArray();
            float[][] worth = {worth(some, label), worth(some, second)};
            float[] data = new float[some.length * width];
            boolean[] answers = new boolean[some.length];
            float[] weights = new float[some.length];
            for (int i = 0; i < some.length; i++) {
                int from = some[i] * width;
                int to = i * width;
                System.arraycopy(rows, from, data, to, width);
                data[to] = worth[0][label[some[i]]];
                data[to + 1] = worth[1][second[some[i]]];
                answers[i] = right[some[i]];
                weights[i] = weight[some[i]];
            }
            return new ReliabilityModel.Learner(
                    worth, TreeLearning.fit(TreeLearning.Options.USUAL, data, width, answers, weights, seed));
        }

        /** By class the share of right labels, drawn to that of all where the class is seldom seen. */
        private float[] worth(int[] some, int[] classes) {
            double[] yes = new double[257];
            double[] all = new double[257];
            for (int i : some) {
                yes[classes[i]] += right[i] ? weight[i] : 0;
                all[classes[i]] += weight[i];
                yes[256] += right[i] ? weight[i] : 0;
                all[256] += weight[i];
            }
            double usual = all[256] > 0 ? yes[256] / all[256] : 0.5;
            float[] worth = new float[256];
            for (int index = 0; index < 256; index++) {
                worth[index] = (float) ((yes[index] + PRIOR * usual) / (all[index] + PRIOR));
            }
            return worth;
        }

        /** By example the trees' log-odds, of those that did not see its scene. */
        float[] crossed(List<ReliabilityModel.Learner> learners) {
            float[] byTrees = new float[count];
            float[] row = new float[width];
            for (int i = 0; i < count; i++) {
                ReliabilityModel.Learner learner = learners.get(fold[i]);
                System.arraycopy(rows, i * row.length, row, 0, row.length);
                row[0] = learner.worth()[0][label[i]];
                row[1] = learner.worth()[1][second[i]];
                byTrees[i] = learner.trees().score(row, 0);
            }
            return byTrees;
        }

        /**
         * What tells right from wrong best of what the trees say of frames that they did not see, and of the store's
         * own.
         */
        ReliabilityModel.Mix mix(float[] byTrees) {
            float[] own = new float[count];
            for (int i = 0; i < count; i++) {
                own[i] = ReliabilityModel.logOdds(level[i]);
            }
            return LogisticFit.mix(byTrees, own, Arrays.copyOf(right, count), Arrays.copyOf(weight, count));
        }

        ReliabilityScore score(float[] byTrees, ReliabilityModel.Mix mix) {
            float[] own = new float[count];
            float[] learned = new float[count];
            for (int i = 0; i < count; i++) {
                own[i] = level[i] / 255f;
                learned[i] = ReliabilityModel.sigmoid(mix.logOdds(byTrees[i], level[i]));
            }
            return ReliabilityScore.of(Arrays.copyOf(right, count), Arrays.copyOf(weight, count), own, learned);
        }
    }
}
