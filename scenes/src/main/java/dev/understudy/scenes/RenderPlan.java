package dev.understudy.scenes;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * A data set to be rendered. The groups show different places: none of the test set's rooms is among those for
 * training.
 *
 * @param options what to render
 * @param labelled frames with every annotation, split {@code train}
 * @param depthOnly frames that show depth and hide their labels, split {@code train}
 * @param validation frames with every annotation and exact depth, split {@code val}
 * @param test frames with every annotation and exact depth, split {@code test}
 * @param normals whether surface normals are written
 * @param threads 0 = two per processor; does not change a byte of what is written
 */
@RecordBuilder
public record RenderPlan(
        @Default("{}") RenderOptions options,
        @Default("40") int labelled,
        @Default("0") int depthOnly,
        @Default("0") int validation,
        @Default("0") int test,
        @Default("true") boolean normals,
        @Default("0") int threads)
        implements RenderPlanBuilder.With {
    private static final int MOST = 10_000_000;

    public RenderPlan {
        new Checks()
                .inRange("labelled", labelled, 0, MOST)
                .inRange("depthOnly", depthOnly, 0, MOST)
                .inRange("validation", validation, 0, MOST)
                .inRange("test", test, 0, MOST)
                .inRange("threads", threads, 0, 1024)
                .that(labelled + depthOnly + validation + test > 0, "labelled", "must not be 0 when all others are")
                .verify();
    }

    /** Only frames with every annotation, normals among them, split {@code train}. */
    public static RenderPlan annotated(RenderOptions options, int frames) {
        return new RenderPlan(options, frames, 0, 0, 0, true, 0);
    }

    /** Frames in all groups. */
    public int frames() {
        return labelled + depthOnly + validation + test;
    }

    int workers() {
        // Half of them wait for the disk at any time.
        return threads == 0 ? 2 * Runtime.getRuntime().availableProcessors() : threads;
    }

    /**
     * Frames of one kind.
     *
     * @param name stands in ids and paths, and decides the places together with the seed
     */
    record Group(String name, String split, int frames, boolean hidesLabels, boolean exactDepth) {}

    /** In the order of the manifest. */
    List<Group> groups() {
        return List.of(
                new Group("labelled", "train", labelled, false, false),
                new Group("depth-only", "train", depthOnly, true, false),
                new Group("val", "val", validation, false, true),
                new Group("test", "test", test, false, true));
    }
}
