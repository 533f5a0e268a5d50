package dev.understudy.model.network;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;

/**
 * What a network answers.
 *
 * @param tasks without repetition, in the order segmentation, depth, normals
 * @param classes outputs of the segmentation head, 1–255; 0 if there is none
 */
public record Heads(List<Task> tasks, int classes) {
    public Heads {
        if (tasks.isEmpty()) {
            throw new ConfigurationException("tasks: none, expected at least one of segmentation, depth, normals");
        }
        tasks = List.copyOf(EnumSet.copyOf(tasks));
        boolean segmentation = tasks.contains(Task.SEGMENTATION);
        if (segmentation ? classes < 1 || classes > 255 : classes != 0) {
            throw new ConfigurationException("classes: " + classes + ", expected "
                    + (segmentation ? "1 to 255" : "0 for a network without a segmentation head"));
        }
    }

    /** @param classes of the segmentation head; ignored if there is none */
    public static Heads of(Collection<Task> tasks, int classes) {
        return new Heads(List.copyOf(tasks), tasks.contains(Task.SEGMENTATION) ? classes : 0);
    }

    public static Heads segmentation(int classes) {
        return new Heads(List.of(Task.SEGMENTATION), classes);
    }

    /** Output channels of a task's head. */
    public int channels(Task task) {
        return switch (task) {
            case SEGMENTATION -> classes;
            case DEPTH -> 1;
            case NORMALS -> 3;
        };
    }
}
