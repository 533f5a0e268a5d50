package dev.understudy.dataset.imports.poses;

import dev.understudy.dataset.camera.Pose;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a file says of where a camera was: a pose, or why there is none.
 *
 * @param pose null if there is none
 * @param lack null if there is a pose
 */
public record FoundPose(@Nullable Pose pose, @Nullable Lack lack) {
    /** Why a frame gets no pose; the words follow "n frames". */
    public enum Lack {
        NONE_NEAR("have no pose near enough in time"),
        LOST("were not placed: their numbers are not finite, or turn nothing"),
        NOT_RIGID("have a matrix that is no rigid motion, but scaled, mirrored or projective"),
        NO_TIME("tell no time in their ids"),
        NO_FILE("have no file of their name"),
        UNREADABLE("have a file that is no 4×4 matrix");

        private final String words;

        Lack(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    static FoundPose of(Pose pose) {
        return new FoundPose(pose, null);
    }

    static FoundPose none(Lack lack) {
        return new FoundPose(null, lack);
    }

    /** The 4×4 numbers of a matrix, row by row. */
    static FoundPose of(double[] matrix) {
        double turns = 0;
        for (double number : matrix) {
            if (!Double.isFinite(number)) {
                return none(Lack.LOST);
            }
        }
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                turns += Math.abs(matrix[4 * row + column]);
            }
        }
        if (turns == 0) {
            return none(Lack.LOST);
        }
        return Pose.of(Arrays.stream(matrix).boxed().toList())
                .map(FoundPose::of)
                .orElse(none(Lack.NOT_RIGID));
    }

    FoundPose inverted() {
        return pose == null ? this : of(pose.inverse());
    }
}
