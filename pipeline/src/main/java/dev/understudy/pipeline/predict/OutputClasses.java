package dev.understudy.pipeline.predict;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.network.Heads;
import org.jspecify.annotations.Nullable;

/** What a network's classes are called and which colours they have. */
public final class OutputClasses {
    private OutputClasses() {}

    /**
     * @param named null = the known space with as many classes
     * @return null if there is no segmentation
     * @throws ConfigurationException if no known space fits, or the named one does not
     */
    public static @Nullable ClassSpace of(Heads heads, @Nullable String named) {
        if (!heads.tasks().contains(Task.SEGMENTATION)) {
            return null;
        }
        if (named != null) {
            ClassSpace space = ClassSpace.load(named);
            if (space.size() != heads.classes()) {
                throw new ConfigurationException("--classes " + named + ": has " + space.size()
                        + " classes, expected the network's " + heads.classes());
            }
            return space;
        }
        return ClassSpace.builtIn().stream()
                .map(ClassSpace::load)
                .filter(space -> space.size() == heads.classes())
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("the network has " + heads.classes()
                        + " classes, as no class space that is built in; name theirs with --classes FILE.yaml"));
    }
}
