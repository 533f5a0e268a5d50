package dev.understudy.pipeline.label;

import dev.understudy.conf.PathText;
import dev.understudy.store.StoreDescription;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * One expert of a job, and the store that its evidence goes into. Several in one job read each frame once.
 *
 * @param store its folder, which every executor must be able to write to; absolute
 * @param description of that store
 * @param experts where tasks get the expert from
 */
public record LabelTarget(String store, StoreDescription description, ExpertSource experts) implements Serializable {
    public LabelTarget(Path store, StoreDescription description, ExpertSource experts) {
        this(store.toAbsolutePath().toString(), description, experts);
    }

    Path path() {
        return PathText.parse(store);
    }
}
