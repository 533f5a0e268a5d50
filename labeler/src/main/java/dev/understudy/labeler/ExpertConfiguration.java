package dev.understudy.labeler;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.Preprocessing.InputNormalisation;
import dev.understudy.model.inference.View;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which expert, and how it looks at a picture.
 *
 * @param card the file that says what the expert is, see {@link ExpertCard}; or else
 * @param architecture as on the command line, for example {@code lw-refinenet152}, with
 * @param checkpoint its weights
 * @param tasks what to keep of its answers, segmentation and depth; null = all of these that it has a head for
 * @param classes class space of its segmentation head; null = the one its authors trained, {@code nyud40} or
 *     {@code cityscapes19}, and then the head must have that many classes
 * @param mapTo class space of the labels, to which {@code classes} must have a map; null = the same
 * @param topK classes kept per pixel
 * @param scales at which the picture is shown, 0.25–4; probabilities are averaged over them
 * @param mirror show every scale mirrored as well
 * @param interpolation of logits before the decision; null = bicubic for experts and bilinear for the student, as their
 *     authors do
 * @param normalisation of the picture's values; null = ImageNet's, as all our networks' authors do
 * @param precision in what the network is calculated; auto = as the card says
 * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
 */
@RecordBuilder
public record ExpertConfiguration(
        @Nullable Path card,
        @Nullable String architecture,
        @Nullable Path checkpoint,
        @Nullable List<Task> tasks,
        @Nullable String classes,
        @Nullable String mapTo,
        @Default("3") int topK,
        @Default("[1]") List<Double> scales,
        @Default("false") boolean mirror,
        @Nullable Interpolation interpolation,
        @Nullable InputNormalisation normalisation,
        @Default("auto") Precision precision,
        @Default("cpu") String device) {
    private static final int MOST_VIEWS = 32;

    public ExpertConfiguration {
        tasks = tasks == null ? null : List.copyOf(tasks);
        scales = List.copyOf(scales);
        Checks checks = new Checks()
                .that((card == null) != (architecture == null), "architecture", "or 'card' must be there, and not both")
                .that(
                        (architecture == null) == (checkpoint == null),
                        "checkpoint",
                        architecture == null ? "goes with 'architecture' only" : "must be there, the expert's weights")
                .inRange("topK", topK, 1, 255)
                .that(
                        !scales.isEmpty() && scales.size() <= MOST_VIEWS,
                        "scales",
                        "must have 1 to " + MOST_VIEWS + " entries, found " + scales.size())
                .that(tasks == null || !tasks.isEmpty(), "tasks", "must not be empty")
                .that(
                        tasks == null || !tasks.contains(Task.NORMALS),
                        "tasks",
                        "must be of segmentation and depth: the label store keeps no normals");
        for (int i = 0; i < scales.size(); i++) {
            checks.inRange("scales." + i, scales.get(i), 0.25, 4);
        }
        checks.verify();
    }

    /** An expert by its card; what else is wanted of it is added by name. */
    public static ExpertConfigurationBuilder ofCard(Path card) {
        return defaults().card(card);
    }

    /** An expert of a built-in architecture; what else is wanted of it is added by name. */
    public static ExpertConfigurationBuilder of(String architecture, Path checkpoint) {
        return defaults().architecture(architecture).checkpoint(checkpoint);
    }

    private static ExpertConfigurationBuilder defaults() {
        return ExpertConfigurationBuilder.builder()
                .topK(3)
                .scales(List.of(1.0))
                .mirror(false)
                .precision(Precision.AUTO)
                .device("cpu");
    }

    /** The same expert, by the built-in architecture that a card names. */
    ExpertConfiguration builtIn(ExpertCard named) {
        ClassNames names = named.classes();
        return ExpertConfigurationBuilder.builder(this)
                .card(null)
                .architecture(named.network().architecture())
                .checkpoint(named.network().checkpoint())
                .classes(
                        classes != null || names == null
                                ? classes
                                : names.names().get(0))
                .mapTo(mapTo != null ? mapTo : named.mapTo())
                .interpolation(interpolation != null ? interpolation : named.interpolation())
                .precision(precision(named))
                .build();
    }

    /**
     * What is said here goes before what the card says.
     *
     * @param named the card; null without one
     */
    public Precision precision(@Nullable ExpertCard named) {
        return precision != Precision.AUTO || named == null ? precision : named.precision();
    }

    /** What people call it: its architecture, or its card. */
    public String name() {
        return architecture != null
                ? architecture
                : String.valueOf(Objects.requireNonNull(card).getFileName());
    }

    /** The views in order: each scale as it is, then mirrored. */
    public List<View> views() {
        List<View> views = new ArrayList<>();
        for (double scale : scales) {
            views.add(new View(scale, false));
            if (mirror) {
                views.add(new View(scale, true));
            }
        }
        return views;
    }
}
