package dev.understudy.cli.demo;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.Default;
import dev.understudy.labeler.filter.AnnotatedExamples;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.scenes.RenderPlan;
import dev.understudy.trainer.TrainerConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What {@code understudy demo} does; {@code conf/demo.yaml} holds the values.
 *
 * @param frames what is rendered; needs labelled, depth-only and test frames
 * @param mirror whether the expert also sees every picture mirrored
 * @param policy which of the expert's labels the third student believes; surface votes by product learn from the
 *     labelled frames how the surfaces of each class lie
 * @param pretrained whether students start from weights that were trained on the depth and normals of other rooms,
 *     unless {@code student} names some; else from fresh ones
 * @param student how each student is trained; the stages name the sources {@code real} and {@code pseudo}
 */
public record DemoConfiguration(
        RenderPlan frames,
        boolean mirror,
        PolicyRecipe policy,
        @Default("true") boolean pretrained,
        TrainerConfiguration student) {
    /** Source of the frames with full annotation. */
    public static final String REAL = "real";
    /** Source of the frames that the expert labelled. */
    public static final String PSEUDO = "pseudo";

    public DemoConfiguration {
        new Checks()
                .that(frames.labelled() > 0, "frames.labelled", "must be above 0")
                .that(frames.depthOnly() > 0, "frames.depthOnly", "must be above 0")
                .that(frames.test() > 0, "frames.test", "must be above 0")
                .that(
                        student.stages().stream().allMatch(stage -> stage.steps() != null),
                        "student.stages",
                        "must be given in steps: epochs of more frames are longer, and students are to train alike")
                .verify();
    }

    /** The same demo with another seed for rooms and students. */
    DemoConfiguration withSeed(long seed) {
        RenderPlan rooms = frames.withOptions(frames.options().withSeed(seed));
        return new DemoConfiguration(rooms, mirror, policy, pretrained, student.withSeed(seed));
    }

    /** @param manifest of the frames once they are rendered */
    DemoConfiguration withExamplesFrom(Path manifest) {
        AnnotatedExamples labelled = new AnnotatedExamples(manifest, "train", AnnotatedExamples.DEFAULT_WEIGHT);
        return new DemoConfiguration(frames, mirror, policy.withExamples(labelled), pretrained, student);
    }

    /** Steps that each student takes. */
    long steps() {
        return student.stages().stream()
                .mapToLong(stage -> Objects.requireNonNull(stage.steps()))
                .sum();
    }

    /** How students are trained, from {@code initial} weights if they are to start from any. */
    TrainerConfiguration student(Path initial) {
        boolean given = student.network().initial() != null;
        return pretrained && !given ? student.withNetwork(student.network().withInitial(initial)) : student;
    }

    /** Recipes of {@code conf/} that travel inside the jar, so that the demo runs from any folder. */
    static final class BuiltInRecipe {
        private BuiltInRecipe() {}

        static <R> R load(String name, Class<R> type, List<String> overrides) throws IOException {
            try (InputStream in = ConfigurationLoader.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException("the recipe " + name + " is not on the class path");
                }
                String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return ConfigurationLoader.parse("conf/" + name, yaml, type, overrides);
            }
        }
    }
}
