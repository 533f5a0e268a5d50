package dev.understudy.labeler.repair;

import dev.understudy.files.DataException;
import dev.understudy.labeler.repair.PictureEncoder.PictureFeatures;
import dev.understudy.labeler.repair.RepairExamples.Example;
import dev.understudy.labeler.repair.RepairInputs.Rows;
import dev.understudy.labeler.repair.RepairInputs.Seen;
import dev.understudy.labeler.repair.RepairModel.RepairMethod;
import dev.understudy.labeler.repair.TrainingRows.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Learns every {@link RepairMethod} from annotated frames and scores it on them, each frame by what the frames of the
 * other folds taught. Adopted is what {@link RepairScore#best} says, if any method is better than the expert.
 *
 * <p>Its memory grows with the sampled pixels, at most {@value #MOST_ROWS}, and not with the frames' own. The same
 * frames, options and seed give the same bits for any number of threads.
 */
public final class RepairLearning {
    private static final int NETWORKS = 3;
    private static final int MOST_ROWS = 60_000;
    private static final int COMPONENTS = 48;
    /** Pictures that components are found from. */
    private static final int MOST_PICTURES = 100;

    private final RepairOptions options;
    private final List<int[]> experts;
    private final int classes;
    private final int topK;
    private final int threads;

    /**
     * @param experts by store the classes that it can say, rising
     * @param classes of the target's class space
     * @param topK classes kept for each pixel
     * @param threads that work at once; makes no difference to the result
     */
    public RepairLearning(RepairOptions options, List<int[]> experts, int classes, int topK, int threads) {
        this.options = options;
        this.experts = List.copyOf(experts);
        this.classes = classes;
        this.topK = topK;
        this.threads = threads;
    }

    /** Told how far it is, by several threads. */
    public interface Listener {
        void step();
    }

    /** How often the listener is told. */
    public int steps(int frames, int folds, boolean pictures) {
        return (pictures ? Math.min(frames, MOST_PICTURES) : 0) + 2 * frames + 2 * folds * (1 + NETWORKS);
    }

    /**
     * What was learned.
     *
     * @param adopted null if no method is better than the expert by itself
     * @param scores of all methods, the expert's first
     * @param folds that there were
     */
    public record Outcome(@Nullable RepairModel adopted, List<RepairScore> scores, int folds) {
        public Outcome {
            scores = List.copyOf(scores);
        }

        /** That of the expert by itself. */
        public RepairScore before() {
            return scores.get(0);
        }

        /** That of the adopted method; the expert's if there is none. */
        public RepairScore after() {
            return adopted == null
                    ? before()
                    : scores.stream()
                            .filter(score ->
                                    score.method().equals(adopted.method().key()))
                            .findFirst()
                            .orElseThrow();
        }
    }

    /**
     * @param ids of the frames
     * @param folds the fold of each, from 0 on; at least two
     * @throws DataException if no pixel is annotated
     */
    public Outcome learn(RepairExamples examples, List<String> ids, int[] folds, boolean pictures, Listener listener)
            throws InterruptedException {
        try (Workers workers = new Workers(threads)) {
            return new Run(examples, ids, folds, listener, workers).learn(pictures);
        }
    }

    private final class Run {
        private final RepairExamples examples;
        private final List<String> ids;
        private final int[] folds;
        private final int foldCount;
        private final Listener listener;
        private final Workers workers;

        Run(RepairExamples examples, List<String> ids, int[] folds, Listener listener, Workers workers) {
            this.examples = examples;
            this.ids = ids;
            this.folds = folds;
            this.foldCount = Arrays.stream(folds).max().orElse(-1) + 1;
            this.listener = listener;
            this.workers = workers;
        }

        Outcome learn(boolean pictures) throws InterruptedException {
            RepairInputs inputs = new RepairInputs(experts, pictures ? projections() : List.of());
            TrainingRows rows = sample(inputs);
            Scale scale = rows.scale();
            scale.apply(rows.values());
            Map<RepairMethod, RepairModel> models = train(inputs, scale, rows);
            if (experts.size() > 1) {
                models.put(
                        RepairMethod.AGREEMENT,
                        new RepairModel(RepairModelPartsBuilder.builder()
                                .method(RepairMethod.AGREEMENT)
                                .classes(classes)
                                .inputs(new RepairInputs(experts, List.of()))
                                .folds(List.of())
                                .foldOf(Map.of())
                                .build()));
            }
            List<RepairScore> scores = new CrossValidation(examples, folds, classes, topK)
                    .scores(models, inputs, scale, workers, listener);
            return new Outcome(best(models, scores), scores, foldCount);
        }

        private List<PictureProjection> projections() throws InterruptedException {
            int used = Math.min(examples.size(), MOST_PICTURES);
            List<Callable<PictureFeatures>> work = new ArrayList<>();
            for (int i = 0; i < used; i++) {
                int index = (int) ((long) i * examples.size() / used);
                work.add(() -> {
                    Example example = examples.read(index);
                    listener.step();
                    if (example.features() == null) {
                        throw new IllegalArgumentException(
                                "no features of " + example.frame().id());
                    }
                    return example.features();
                });
            }
            List<PictureFeatures> seen = workers.all(work);
            return IntStream.range(0, seen.get(0).maps().size())
                    .mapToObj(map -> PictureProjection.of(
                            seen.stream().map(each -> each.maps().get(map)).toList(), COMPONENTS))
                    .toList();
        }

        private TrainingRows sample(RepairInputs inputs) throws InterruptedException {
            int wanted = Math.max(1, Math.min(options.pixels(), MOST_ROWS / examples.size()));
            List<Callable<TrainingRows>> work = new ArrayList<>();
            for (int i = 0; i < examples.size(); i++) {
                int index = i;
                work.add(() -> {
                    TrainingRows rows = sample(inputs, index, wanted);
                    listener.step();
                    return rows;
                });
            }
            TrainingRows rows = TrainingRows.joined(inputs.width(), classes, workers.all(work));
            if (rows.size() == 0) {
                throw new DataException(
                        "none of the " + examples.size() + " annotated frames has a pixel with a class; annotate some");
            }
            return rows;
        }

        private TrainingRows sample(RepairInputs inputs, int index, int wanted) {
            Example example = examples.read(index);
            byte[] truth = example.truth().classes();
            int[] annotated = new int[truth.length];
            int count = 0;
            for (int pixel = 0; pixel < truth.length; pixel++) {
                if ((truth[pixel] & 0xFF) < classes) {
                    annotated[count++] = pixel;
                }
            }
            SplittableRandom random = new SplittableRandom(
                    options.seed() * 1_000_003 + ids.get(index).hashCode());
            int n = Math.min(wanted, count);
            for (int i = 0; i < n; i++) {
                int other = i + random.nextInt(count - i);
                int pixel = annotated[other];
                annotated[other] = annotated[i];
                annotated[i] = pixel;
            }
            Rows all = inputs.of(new Seen(example.frame(), example.evidence(), example.features()));
            int width = inputs.width();
            float[] said = PixelAnswer.said(all.grid(), classes, experts, all.windows());
            TrainingRows rows = TrainingRows.empty(width, classes, n);
            int wide = example.frame().width();
            for (int i = 0; i < n; i++) {
                int cell = all.grid().cellAt(annotated[i] % wide, annotated[i] / wide);
                System.arraycopy(all.rows(), cell * width, rows.values(), i * width, width);
                System.arraycopy(said, cell * classes, rows.said(), i * classes, classes);
                rows.labels()[i] = truth[annotated[i]] & 0xFF;
                rows.frames()[i] = index;
            }
            return rows;
        }

        private Map<RepairMethod, RepairModel> train(RepairInputs inputs, Scale scale, TrainingRows rows)
                throws InterruptedException {
            List<int[]> used = new ArrayList<>();
            List<ExpertPrior> priors = new ArrayList<>();
            for (int fold = 0; fold < foldCount; fold++) {
                used.add(rows.without(fold, folds));
                if (used.get(fold).length == 0) {
                    throw new DataException("all annotated pixels are of one fold's scenes; annotate frames of others");
                }
                priors.add(ExpertPrior.of(rows, used.get(fold), experts));
            }
            Map<String, Integer> foldOf = new HashMap<>();
            for (int i = 0; i < ids.size(); i++) {
                foldOf.put(ids.get(i), folds[i]);
            }
            Map<RepairMethod, RepairModel> models = new EnumMap<>(RepairMethod.class);
            for (RepairMethod method : RepairMethod.values()) {
                if (method.learns()) {
                    List<List<SmallNetwork>> networks =
                            networks(method, inputs, rows, used, method.fromExpert() ? priors : List.of());
                    models.put(
                            method,
                            new RepairModel(RepairModelPartsBuilder.builder()
                                    .method(method)
                                    .classes(classes)
                                    .inputs(inputs)
                                    .scale(scale)
                                    .folds(networks)
                                    .start(
                                            method.fromExpert()
                                                    ? ExpertStart.weighed(priors, networks, rows, folds)
                                                    : null)
                                    .foldOf(foldOf)
                                    .build()));
                }
            }
            return models;
        }

        /**
         * The networks of each fold.
         *
         * @param used by fold the numbers of the rows to learn from
         * @param priors by fold; empty = they start from nothing
         */
        private List<List<SmallNetwork>> networks(
                RepairMethod method, RepairInputs inputs, TrainingRows rows, List<int[]> used, List<ExpertPrior> priors)
                throws InterruptedException {
            NetworkTraining usual =
                    (method.linear() ? NetworkTraining.LINEAR : NetworkTraining.CONTEXT).withSteps(options.steps());
            NetworkTraining how = priors.isEmpty() ? usual : usual.fromExpert(examples.size());
            List<int[]> columns = method.linear() ? List.of(inputs.own()) : inputs.networks();
            float[] favour = favour(rows);
            List<Callable<SmallNetwork>> work = new ArrayList<>();
            for (int fold = 0; fold < foldCount; fold++) {
                ExpertPrior prior = priors.isEmpty() ? null : priors.get(fold);
                int[] own = used.get(fold);
                for (int i = 0; i < columns.size(); i++) {
                    int[] in = columns.get(i);
                    long seed = options.seed() * 7_919 + fold * 31L + (method.linear() ? 0 : i + 1);
                    work.add(() -> {
                        SmallNetwork network = how.train(rows, own, in, prior, seed);
                        listener.step();
                        return network.shifted(favour);
                    });
                }
            }
            List<SmallNetwork> trained = workers.all(work);
            return IntStream.range(0, foldCount)
                    .mapToObj(fold -> trained.subList(fold * columns.size(), (fold + 1) * columns.size()))
                    .toList();
        }

        /** [classes] what is added to logits so that rare classes are favoured. */
        private float[] favour(TrainingRows rows) {
            double[] shares = rows.shares(IntStream.range(0, rows.size()).toArray());
            float[] favour = new float[classes];
            for (int i = 0; i < classes; i++) {
                favour[i] = (float) StrictMath.log(shares[i]) * (float) -options.favour();
            }
            return favour;
        }

        private @Nullable RepairModel best(Map<RepairMethod, RepairModel> models, List<RepairScore> scores) {
            RepairScore best = RepairScore.best(scores);
            for (Map.Entry<RepairMethod, RepairModel> model : models.entrySet()) {
                if (model.getKey().key().equals(best.method())) {
                    return model.getValue();
                }
            }
            return null;
        }
    }
}
