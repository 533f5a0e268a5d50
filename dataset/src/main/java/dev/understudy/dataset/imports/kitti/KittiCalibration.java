package dev.understudy.dataset.imports.kitti;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.dataset.imports.kitti.KittiFinder.FoundFile;
import dev.understudy.files.DataException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads each calibration file once. Safe for several threads. */
final class KittiCalibration {
    private final Map<String, Intrinsics> known = new ConcurrentHashMap<>();

    /** Of the rectified pictures of a colour camera. */
    Intrinsics read(FoundFile file, int camera) {
        String key = file.resolve() + " " + camera;
        Intrinsics read = known.get(key);
        if (read == null) {
            read = parse(file, camera);
            known.put(key, read);
        }
        return read;
    }

    /**
     * Focal length in pixels × distance of the colour cameras in metres: what disparity in pixels is divided into. Cameras 2
     * and 3 are projections of 3×4 numbers, whose last column's first is minus focal length × place to the right of camera 0.
     */
    static double focalBaseline(FoundFile file) {
        double focalBaseline = projection(file, 2)[3] - projection(file, 3)[3];
        if (!(focalBaseline > 0 && Double.isFinite(focalBaseline))) {
            throw new DataException(file.resolve() + ": found camera 3 not to the right of camera 2 (P_rect_02 and"
                    + " P_rect_03 give " + focalBaseline + "), expected a stereo pair; unpack the file again");
        }
        return focalBaseline;
    }

    private static double[] projection(FoundFile file, int camera) {
        String name = "P_rect_0" + camera + ":";
        for (String line : file.tree().lines(file.path())) {
            if (line.startsWith(name)) {
                double[] numbers = TextNumbers.parse(file.tree(), file.path(), line.split("\\s+"), 1);
                if (numbers.length != 12) {
                    throw new DataException(file.resolve() + ": found " + numbers.length + " numbers in '" + name
                            + "', expected the 12 of a projection; unpack the file again");
                }
                return numbers;
            }
        }
        throw new DataException(file.resolve() + ": found no line '" + name + "', expected KITTI's calibration");
    }

    private static Intrinsics parse(FoundFile file, int camera) {
        for (String line : file.tree().lines(file.path())) {
            if (!line.contains(":")) {
                return intrinsics(file, TextNumbers.numbers(file.tree(), file.path()), 9, 3);
            }
        }
        return intrinsics(file, projection(file, camera), 12, 4);
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
