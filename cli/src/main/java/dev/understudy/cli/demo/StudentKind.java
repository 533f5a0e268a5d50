package dev.understudy.cli.demo;

import dev.understudy.dataset.frame.Task;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.pipeline.train.SourceConfigurationBuilder;
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
        SourceConfigurationBuilder train = SourceConfiguration.of(manifest).split("train");
        SourceConfiguration real = train.require(List.of(Task.SEGMENTATION)).build();
        SourceConfiguration labelled = train.require(List.of())
                .store(store)
                .policy(filtered ? policy : new NoFilter())
                .build();
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
