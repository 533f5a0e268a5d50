package dev.understudy.pipeline.ablate;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.ProgramBuild;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.StepFolder;
import dev.understudy.pipeline.ablate.AblationResults.StudentScores;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration.ValidationConfiguration;
import dev.understudy.pipeline.train.TrainConfigurationBuilder;
import dev.understudy.trainer.StageConfiguration;
import dev.understudy.trainer.TrainerConfiguration;
import dev.understudy.trainer.loss.CrossEntropy;
import dev.understudy.trainer.loss.CrossEntropy.Normalisation;
import dev.understudy.trainer.loss.LossConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which students an ablation needs, each as a recipe of {@code understudy train}. */
final class StudentPlan {
    /** How results name what all normalisations come to. */
    private static final String ANY = "any";

    private final AblationConfiguration ablation;
    private final String classes;
    private final AblationFiles files;
    private final Precision precision;

    /** @param precision of training where the recipe names none, and of the test */
    StudentPlan(AblationConfiguration ablation, String classes, AblationFiles files, Precision precision) {
        this.ablation = ablation;
        this.classes = classes;
        this.files = files;
        this.precision = precision;
    }

    /**
     * A student and where it is trained.
     *
     * @param normalisation as results name it
     * @param beginning what it has in common with others and need not train itself; null = nothing
     */
    record Student(
            String labels,
            String normalisation,
            long seed,
            StepFolder<StudentScores> folder,
            TrainConfiguration recipe,
            @Nullable BeginningTask beginning) {}

    /** @param labels what the first stage found */
    List<Student> students(List<LabelScores> labels) throws IOException {
        Map<String, LabelScores> byName = new LinkedHashMap<>();
        labels.forEach(scores -> byName.put(scores.labels(), scores));
        List<Student> students = new ArrayList<>();
        for (LabelChoice choice : LabelChoice.of(ablation)) {
            if (ablation.trains(choice)) {
                for (List<Normalisation> alike : normalisations(choice, byName.get(choice.name()))) {
                    for (long seed : ablation.seeds()) {
                        students.add(student(choice, alike, seed));
                    }
                }
            }
        }
        return students;
    }

    /**
     * Groups what divides by the same: labels that all count in full divide by the same number whatever the rule, and
     * where none counts in part the sum of weights is the number of those kept.
     */
    private List<List<Normalisation>> normalisations(LabelChoice choice, @Nullable LabelScores scores) {
        boolean plain = recipe().loss().segmentation() instanceof CrossEntropy loss
                && loss.classWeights().isEmpty();
        boolean drops = choice.pseudo() != null && (scores == null || scores.drops());
        boolean weighs = choice.pseudo() != null && (scores == null || scores.weighs());
        Map<Object, List<Normalisation>> groups = new LinkedHashMap<>();
        for (Normalisation normalisation : ablation.normalisations()) {
            Object divisor = switch (normalisation) {
                case ALL -> "all";
                case VALID -> plain && !drops && !weighs ? "labels" : "valid";
                case KEPT -> plain && !weighs ? "labels" : "kept";
                case WEIGHTED -> plain && !weighs ? "labels" : "weights";
            };
            groups.computeIfAbsent(divisor, key -> new ArrayList<>()).add(normalisation);
        }
        return List.copyOf(groups.values());
    }

    private Student student(LabelChoice choice, List<Normalisation> alike, long seed) throws IOException {
        Map<String, SourceConfiguration> sources = new TreeMap<>();
        sources.put(AblationConfiguration.REAL, AblationConfiguration.present(ablation.real()));
        if (choice.pseudo() != null) {
            sources.put(AblationConfiguration.PSEUDO, choice.pseudo());
        }
        TrainConfiguration recipe = TrainConfigurationBuilder.builder()
                .out(Path.of("student"))
                .classes(classes)
                .sources(sources)
                .trainer(trainer(choice, alike.get(0), seed))
                .device(ablation.device())
                .threads(ablation.spark().threadsPerTask())
                .build();
        StepFolder<StudentScores> folder =
                StepFolder.of(ablation.out(), "students", inputs(recipe), StudentScores.class);
        return new Student(
                choice.name(),
                alike.size() > 1 && alike.size() == ablation.normalisations().size()
                        ? ANY
                        : alike.stream()
                                .map(rule -> rule.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(" = ")),
                seed,
                folder,
                recipe.withOut(folder.path()),
                beginning(recipe));
    }

    /**
     * The stages up to the first that wants pseudo-labelled frames: they are the same for all labels, whose students
     * end with the same weights, bit for bit, if they start where these do.
     */
    private @Nullable BeginningTask beginning(TrainConfiguration recipe) throws IOException {
        int alike = (int) recipe().stages().stream()
                .takeWhile(stage -> stage.sources().keySet().equals(Set.of(AblationConfiguration.REAL)))
                .count();
        if (alike == 0 || alike == recipe().stages().size()) {
            return null;
        }
        TrainConfiguration first = recipe.withTrainer(recipe.trainer().first(alike))
                .withSources(Map.of(AblationConfiguration.REAL, AblationConfiguration.present(ablation.real())));
        return BeginningTask.of(
                StepFolder.of(ablation.out(), "beginnings", training(first), BeginningTask.Trained.class), first);
    }

    private TrainerConfiguration recipe() {
        return AblationConfiguration.present(ablation.student());
    }

    private TrainerConfiguration trainer(LabelChoice choice, Normalisation normalisation, long seed) {
        TrainerConfiguration trainer = recipe().withSeed(seed);
        LossConfiguration loss = trainer.loss();
        if (loss.segmentation() instanceof CrossEntropy entropy) {
            trainer = trainer.withLoss(new LossConfiguration(
                    entropy.withNormalisation(normalisation), loss.depth(), loss.normals(), loss.weights()));
        }
        if (choice.pseudo() != null) {
            return trainer;
        }
        List<StageConfiguration> stages = trainer.stages().stream()
                .map(stage -> stage.withSources(Map.of(AblationConfiguration.REAL, 1.0)))
                .toList();
        return trainer.withStages(stages);
    }

    /** All that decides what a student comes to on the test frames. */
    SortedMap<String, String> inputs(TrainConfiguration recipe) throws IOException {
        SortedMap<String, String> inputs = training(recipe);
        ValidationConfiguration test = AblationConfiguration.present(ablation.test());
        inputs.put("test", ConfigurationWriter.toYaml(test));
        inputs.put("test manifest", files.manifest(test.manifest()));
        return inputs;
    }

    /** All that decides what a student learns. */
    private SortedMap<String, String> training(TrainConfiguration recipe) throws IOException {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("program", ProgramBuild.of(AblationFiles.STUDENTS));
        inputs.put("recipe", ConfigurationWriter.toYaml(recipe));
        inputs.put("precision", precision.key());
        for (Map.Entry<String, SourceConfiguration> source : recipe.sources().entrySet()) {
            files.add("source " + source.getKey(), source.getValue(), inputs);
        }
        return inputs;
    }
}
