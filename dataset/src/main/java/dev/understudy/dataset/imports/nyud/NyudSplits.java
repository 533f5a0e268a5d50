package dev.understudy.dataset.imports.nyud;

import dev.understudy.dataset.imports.matlab.MatVersion5;
import dev.understudy.files.DataException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which split each frame belongs to. */
final class NyudSplits {
    private final @Nullable String[] splits;

    private NyudSplits(@Nullable String[] splits) {
        this.splits = splits;
    }

    static NyudSplits read(Path file, int frames) {
        MatVersion5 mat = MatVersion5.read(file);
        NyudSplits splits = new NyudSplits(new @Nullable String[frames]);
        splits.add(file, mat.numbers("trainNdxs"), "train");
        splits.add(file, mat.numbers("testNdxs"), "test");
        return splits;
    }

    private void add(Path file, double[] numbers, String split) {
        for (double number : numbers) {
            int frame = (int) number;
            if (frame != number || frame < 1 || frame > splits.length) {
                throw new DataException(file + ": found frame " + number + " in split " + split + ", expected 1–"
                        + splits.length + "; use the files of one release");
            }
            if (splits[frame - 1] != null) {
                throw new DataException(file + ": found frame " + frame + " in split " + split
                        + " for the second time, expected each in one split; use the files of one release");
            }
            splits[frame - 1] = split;
        }
    }

    /** @param frame from 0. @return null if it is in none */
    @Nullable
    String of(int frame) {
        return splits[frame];
    }
}
