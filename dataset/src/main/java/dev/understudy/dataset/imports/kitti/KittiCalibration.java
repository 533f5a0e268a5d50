package dev.understudy.dataset.imports.kitti;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.imports.TextNumbers;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads each calibration file once. Safe for several threads. */
final class KittiCalibration {
    private final Map<String, Intrinsics> known = new ConcurrentHashMap<>();

    /** Of the rectified pictures of a colour camera. */
    Intrinsics read(FoundFile file, int camera) throws IOException {
        String key = file.resolve() + " " + camera;
        Intrinsics read = known.get(key);
        if (read == null) {
            read = parse(file, camera);
            known.put(key, read);
        }
        return read;
    }

    private static Intrinsics parse(FoundFile file, int camera) throws IOException {
        String name = "P_rect_0" + camera + ":";
        for (String line : file.tree().lines(file.path())) {
            if (line.startsWith(name)) {
                // A projection of 3×4 numbers.
                return intrinsics(file, TextNumbers.parse(file.tree(), file.path(), line.split("\\s+"), 1), 12, 4);
            }
            if (!line.contains(":")) {
                return intrinsics(file, TextNumbers.numbers(file.tree(), file.path()), 9, 3);
            }
        }
        throw new DataException(file.resolve() + ": found no line '" + name + "', expected KITTI's calibration");
    }

    private static Intrinsics intrinsics(FoundFile file, double[] numbers, int count, int stride) {
        try {
            if (numbers.length != count) {
                throw new IllegalArgumentException(numbers.length + " numbers");
            }
            return new Intrinsics(numbers[0], numbers[stride + 1], numbers[2], numbers[stride + 2]);
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    file.resolve() + ": found " + e.getMessage() + ", expected the " + count
                            + " of a camera matrix with positive focal lengths; unpack the file again",
                    e);
        }
    }
}
