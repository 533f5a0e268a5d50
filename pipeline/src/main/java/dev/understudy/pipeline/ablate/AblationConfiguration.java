package dev.understudy.pipeline.ablate;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration.ValidationConfiguration;
import dev.understudy.trainer.StageConfiguration;
import dev.understudy.trainer.TrainerConfiguration;
import dev.understudy.trainer.loss.CrossEntropy.Normalisation;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code understudy ablate} does.
 *
 * @param out folder of results and of all work; the same folder again does only what is new
 * @param pseudo the frames that a store labels; no policy, the policies are below
 * @param truth manifest of the same frames with their segmentation, used to score labels and for the bounds; null = not
 *     known
 * @param real annotated frames that every student sees, and by which {@code --select} chooses; null = none, where
 *     there are no students
 * @param test annotated frames that students are scored on; null where there are no students
 * @param policies by name; {@code none} is always there
 * @param candidates by policy the same with other constants, among which {@code --select} chooses; a policy that is not
 *     among {@code policies} has these alone
 * @param soft by policy how many of a pixel's stored classes its students are told, each with its probability, as a
 *     training source's {@code labels.soft}; 1, the label alone, if not given
 * @param students names of the policies that students are trained with, beside the bounds; null = all, empty = no
 *     students
 * @param normalisations of the segmentation loss that students are trained with; those that come to the same are
 *     trained once
 * @param seeds of students; three or more for a spread that means something
 * @param student how each is trained, with the seed and the normalisation replaced; the stages name the sources {@code
 *     real} and {@code pseudo} and are given in steps, so that all students learn for as long; null where there are no
 *     students
 * @param gallery how many frames are shown, those on which policies differ most
 * @param device of the students
 * @param spark where students are trained; each may use {@code threadsPerTask} processors
 */
public record AblationConfiguration(
        Path out,
        SourceConfiguration pseudo,
        @Nullable Path truth,
        @Nullable SourceConfiguration real,
        @Nullable ValidationConfiguration test,
        @Default("{}") Map<String, PolicyRecipe> policies,
        @Default("{}") Map<String, List<PolicyRecipe>> candidates,
        @Default("{}") Map<String, Integer> soft,
        @Nullable List<String> students,
        @Default("[valid, kept, weighted]") List<Normalisation> normalisations,
        @Default("[1, 2, 3]") List<Long> seeds,
        @Nullable TrainerConfiguration student,
        @Default("24") int gallery,
        @Default("cpu") String device,
        @Default("{}") SparkConfiguration spark) {
    /** Source of annotated frames in the students' stages. */
    public static final String REAL = "real";
    /** Source of the frames that the store labels. */
    public static final String PSEUDO = "pseudo";

    private static final String NEEDED = "must be given, but with students: [], which trains none";

    public AblationConfiguration {
        Map<String, PolicyRecipe> all = new LinkedHashMap<>();
        all.put(LabelChoice.NONE, new NoFilter());
        all.putAll(policies);
        policies = Collections.unmodifiableMap(all);
        Map<String, List<PolicyRecipe>> more = new LinkedHashMap<>();
        candidates.forEach((name, recipes) -> more.put(name, List.copyOf(recipes)));
        candidates = Collections.unmodifiableMap(more);
        soft = Collections.unmodifiableMap(new TreeMap<>(soft));
        students = students == null ? null : List.copyOf(students);
        normalisations = List.copyOf(normalisations);
        seeds = List.copyOf(seeds);
        Checks checks = new Checks()
                .that(pseudo.store() != null, "pseudo.store", "must be given")
                .that(pseudo.policy() instanceof NoFilter, "pseudo.policy", "must not be given; name it in policies")
                .that(pseudo.truth() == null, "pseudo.truth", "must not be given; give truth beside it")
                .that(
                        real == null || real.store() == null,
                        "real.store",
                        "must not be given; these frames are annotated")
                .that(
                        policies.get(LabelChoice.NONE) instanceof NoFilter,
                        "policies." + LabelChoice.NONE,
                        "must be the policy none")
                .notEmpty("normalisations", normalisations)
                .notEmpty("seeds", seeds)
                .that(Set.copyOf(seeds).size() == seeds.size(), "seeds", "must not repeat")
                .inRange("gallery", gallery, 0, 10_000);
        checks.that(
                !candidates.containsKey(LabelChoice.NONE), "candidates.none", "must not be given: it has no constants");
        for (String reserved : LabelChoice.BOUNDS) {
            checks.that(!policies.containsKey(reserved), "policies." + reserved, "is a name that is taken")
                    .that(!candidates.containsKey(reserved), "candidates." + reserved, "is a name that is taken");
        }
        soft.forEach((name, classes) -> checks.that(
                        all.containsKey(name), "soft", "must name policies, " + all.keySet() + ", found '" + name + "'")
                .inRange("soft." + name, classes, 1, 255));
        for (String name : students == null ? List.<String>of() : students) {
            checks.that(
                    policies.containsKey(name),
                    "students",
                    "must be among the policies, " + policies.keySet() + ", found '" + name + "'");
        }
        if (students == null || !students.isEmpty()) {
            checks.that(real != null, "real", NEEDED)
                    .that(test != null, "test", NEEDED)
                    .that(student != null, "student", NEEDED);
        }
        checkStages(checks, student == null ? List.of() : student.stages());
        checks.verify();
    }

    private static void checkStages(Checks checks, List<StageConfiguration> stages) {
        for (int i = 0; i < stages.size(); i++) {
            StageConfiguration stage = stages.get(i);
            checks.that(stage.steps() != null, "student.stages." + i + ".steps", "must be given")
                    .that(
                            stage.sources().keySet().equals(new TreeSet<>(Set.of(PSEUDO, REAL)))
                                    || stage.sources().keySet().equals(Set.of(REAL)),
                            "student.stages." + i + ".sources",
                            "must name real, or real and pseudo");
        }
    }

    /** The store; never null, as is checked. */
    Path store() {
        return present(pseudo.store());
    }

    /** Of what is null only where nothing asks for it: where students are trained, what they need is there. */
    static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("checked when built");
        }
        return part;
    }

    /** Whether students are trained with a choice: the bounds and {@code none} are there whenever any are. */
    boolean trains(LabelChoice choice) {
        boolean always = choice.isBound() || choice.name().equals(LabelChoice.NONE);
        return students == null || !students.isEmpty() && (always || students.contains(choice.name()));
    }
}
