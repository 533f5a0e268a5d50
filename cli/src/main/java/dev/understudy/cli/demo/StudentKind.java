package dev.understudy.cli.demo;

import dev.understudy.dataset.frame.Task;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.trainer.StageConfiguration;
import dev.understudy.trainer.TrainerConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The three students of the demo. They differ in their sources and in nothing else. */
enum StudentKind {
    REAL_ONLY("real only", false, false),
    ALL_LABELS("real + all labels", true, false),
    FILTERED_LABELS("real + filtered labels", true, true);

    private final String title;
    private final boolean pseudo;
    private final boolean filtered;

    StudentKind(String title, boolean pseudo, boolean filtered) {
        this.title = title;
        this.pseudo = pseudo;
        this.filtered = filtered;
    }

    String title() {
        return title;
    }

    /** Folder name. */
    String key() {
        return title.replace(" + ", "-").replace(' ', '-');
    }

    Map<String, SourceConfiguration> sources(Path manifest, Path store, PolicyRecipe policy) {
        SourceConfiguration real =
                new SourceConfiguration(manifest, "train", List.of(Task.SEGMENTATION), null, new NoFilter());
        SourceConfiguration labelled =
                new SourceConfiguration(manifest, "train", List.of(), store, filtered ? policy : new NoFilter());
        return pseudo
                ? Map.of(DemoConfiguration.REAL, real, DemoConfiguration.PSEUDO, labelled)
                : Map.of(DemoConfiguration.REAL, real);
    }

    TrainerConfiguration recipe(TrainerConfiguration student) {
        if (pseudo) {
            return student;
        }
        List<StageConfiguration> stages = student.stages().stream()
                .map(stage -> stage.withSources(Map.of(DemoConfiguration.REAL, 1.0)))
                .toList();
        return student.withStages(stages);
    }
}
