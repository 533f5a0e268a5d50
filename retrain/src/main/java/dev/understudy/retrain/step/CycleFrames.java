package dev.understudy.retrain.step;

import dev.understudy.dataset.frame.Manifest;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@link IntakeStep} left for the steps after it.
 *
 * @param root that all frames' paths are relative to
 * @param toLabel list of the frames that belong into the store
 * @param toLearn list of the frames to train on
 * @param fresh list of the new ones
 */
public record CycleFrames(Path root, Path toLabel, Path toLearn, Path fresh) {
    public static final String NONE = "none";

    static CycleFrames of(CycleContext context) {
        return new CycleFrames(
                Path.of(context.output(IntakeStep.NAME, "root")),
                Path.of(context.output(IntakeStep.NAME, "to-label")),
                Path.of(context.output(IntakeStep.NAME, "to-learn")),
                Path.of(context.output(IntakeStep.NAME, "fresh")));
    }

    /** The frames of one of the lists. */
    public Manifest read(Path list) {
        return Manifest.of(root, Manifest.read(list).frames());
    }

    /** The champion when the cycle began, which it goes on with whatever is promoted meanwhile. */
    static Optional<String> champion(CycleContext context) {
        String name = context.output(IntakeStep.NAME, "champion");
        return name.equals(NONE) ? Optional.empty() : Optional.of(name);
    }

    /** Checksum of the champion's weights, or {@value #NONE}. */
    static String championSha256(CycleContext context) {
        return context.output(IntakeStep.NAME, "champion-sha256");
    }
}
