package dev.understudy.labeler;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.inference.InputNormalisation;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.View;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which expert, and how it looks at a picture.
 *
 * @param architecture as on the command line, for example {@code lw-refinenet152}
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
 * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
 */
public record ExpertConfiguration(
        String architecture,
        Path checkpoint,
        @Nullable List<Task> tasks,
        @Nullable String classes,
        @Nullable String mapTo,
        @Default("3") int topK,
        @Default("[1]") List<Double> scales,
        @Default("false") boolean mirror,
        @Nullable Interpolation interpolation,
        @Nullable InputNormalisation normalisation,
        @Default("cpu") String device) {
    private static final int MOST_VIEWS = 32;

    public ExpertConfiguration {
        tasks = tasks == null ? null : List.copyOf(tasks);
        scales = List.copyOf(scales);
        Checks checks = new Checks()
                .notBlank("architecture", architecture)
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

    /** The same expert where its file has another path, on another device. */
    public ExpertConfiguration at(Path otherCheckpoint, String otherDevice) {
        return new ExpertConfiguration(
                architecture,
                otherCheckpoint,
                tasks,
                classes,
                mapTo,
                topK,
                scales,
                mirror,
                interpolation,
                normalisation,
                otherDevice);
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
