package dev.understudy.retrain.step;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Task;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The experts that a cycle may ask: the configured one, and a student made to look like one. */
final class ExpertBench {
    private final ExpertConfiguration expert;
    private final Registry registry;
    private final String architecture;
    private final String classes;

    /**
     * @param architecture of students
     * @param classes class space of their outputs
     */
    ExpertBench(ExpertConfiguration expert, Registry registry, String architecture, String classes) {
        this.expert = expert;
        this.registry = registry;
        this.architecture = architecture;
        this.classes = classes;
    }

    ExpertConfiguration expert() {
        return expert;
    }

    /** @throws ConfigurationException if the two would label in different class spaces */
    ExpertConfiguration student(String version) throws IOException {
        ClassSpace labels = ExpertPlan.of(expert).labels();
        if (labels == null || !labels.name().equals(classes)) {
            throw new ConfigurationException("selfTraining: the student's classes are " + classes
                    + ", the expert's labels " + (labels == null ? "depth alone" : labels.name())
                    + "; they must be the same for one to stand in for the other");
        }
        Path weights = registry.weights(version);
        return ExpertConfiguration.of(architecture, weights)
                .tasks(List.of(Task.SEGMENTATION))
                .classes(classes)
                .topK(expert.topK())
                .scales(expert.scales())
                .mirror(expert.mirror())
                .device(expert.device())
                .build();
    }
}
