package dev.understudy.dataset.frame;

import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What every record of a manifest must keep to, whether it is read or written. */
public final class FrameRules {
    static final int POSE_LENGTH = 16;
    private static final int LONGEST_ID = 500;
    private static final int LONGEST_SHOWN = 80;

    private FrameRules() {}

    /** Why {@code frame} may not stand in a manifest, as {@code found …, expected …}; empty if it may. */
    public static Optional<String> problem(FrameRecord frame) {
        if (!isId(frame.id())) {
            return Optional.of(
                    "found id '" + shown(frame.id())
                            + "', expected letters, digits, '.', '_', '-' and single '/' between them, no '..'; rename the frame");
        }
        return Stream.of(
                        path("rgb", frame.rgb()),
                        path("depth", frame.depth()),
                        path("segmentation", frame.segmentation()),
                        path("normals", frame.normals()),
                        depthScale(frame),
                        classes(frame),
                        scene(frame),
                        pose(frame))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Whether {@code id} may be a frame's: it is also used to name files, so it can lead nowhere else. */
    public static boolean isId(String id) {
        return id.length() <= LONGEST_ID && isMadeOf(id, FrameRules::isOfId) && hasPlainSegments(id, false);
    }

    /**
     * The file that a manifest's path stands for.
     *
     * @throws DataException if it is not there, or lies outside of {@code folder} once links are followed
     */
    public static Path resolve(Path folder, String path) {
        Path file = folder.resolve(path);
        try {
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                throw new DataException(file + ": found a link that leads out of " + folder
                        + ", expected a file inside; copy the file, or put the manifest above both");
            }
        } catch (IOException e) {
            throw new DataException(
                    file + ": found " + (Files.exists(file) ? "a file that cannot be read" : "no such file")
                            + ", expected what the manifest names; restore it or remove the frame",
                    e);
        }
        return file;
    }

    /**
     * Whether {@code path} is relative, with '/' and no {@code ..}, so that it stays in the folder it is relative to.
     */
    public static boolean isInside(String path) {
        return !path.isBlank()
                && isMadeOf(path, c -> c != '\\' && !Character.isISOControl(c))
                && hasPlainSegments(path, true)
                && !startsWithDrive(path);
    }

    // Every path of a manifest comes by here, a few million of them, so there are no patterns and no streams.

    private static boolean isMadeOf(String text, IntPredicate allowed) {
        for (int i = 0; i < text.length(); i++) {
            if (!allowed.test(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfId(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '.'
                || c == '_'
                || c == '-'
                || c == '/';
    }

    /** No segment between slashes is empty or {@code ..}, nor {@code .} unless that is allowed. */
    private static boolean hasPlainSegments(String path, boolean dotAllowed) {
        int start = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.charAt(i) == '/') {
                int length = i - start;
                boolean dots = length <= 2 && path.startsWith("..".substring(0, length), start);
                if (dots && !(length == 1 && dotAllowed)) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
    }

    private static boolean startsWithDrive(String path) {
        return path.length() >= 2
                && path.charAt(1) == ':'
                && (path.charAt(0) | 0x20) >= 'a'
                && (path.charAt(0) | 0x20) <= 'z';
    }

    private static Optional<String> path(String key, @Nullable String path) {
        return path == null || isInside(path)
                ? Optional.empty()
                : Optional.of("found " + key + " '" + shown(path)
                        + "', expected a path inside the manifest's folder, relative to it, with '/' and no '..'");
    }

    private static Optional<String> depthScale(FrameRecord frame) {
        Double scale = frame.depthScale();
        if (frame.depth() != null && scale == null) {
            return Optional.of(
                    "found depth without depthScale, expected units per metre (5000 for NYUD, 1000 for mm); add it");
        }
        boolean positive = scale == null || scale > 0 && Double.isFinite(scale);
        return positive
                ? Optional.empty()
                : Optional.of("found depthScale " + scale + ", expected a positive number of units per metre");
    }

    private static Optional<String> classes(FrameRecord frame) {
        return frame.segmentation() == null || frame.classes() != null
                ? Optional.empty()
                : Optional.of("found segmentation without classes, expected the name of its class space; add it");
    }

    private static Optional<String> scene(FrameRecord frame) {
        return frame.scene() == null || isId(frame.scene())
                ? Optional.empty()
                : Optional.of("found scene '" + shown(frame.scene())
                        + "', expected letters, digits, '.', '_', '-' and single '/' between them, no '..'; rename it");
    }

    private static Optional<String> pose(FrameRecord frame) {
        boolean sound = frame.pose() == null
                || frame.pose().size() == POSE_LENGTH && frame.pose().stream().allMatch(Double::isFinite);
        return sound ? Optional.empty() : Optional.of("found a pose that is not 16 finite numbers; correct it");
    }

    static String shown(@Nullable String text) {
        String plain = String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
        return plain.length() > LONGEST_SHOWN ? plain.substring(0, LONGEST_SHOWN) + "…" : plain;
    }
}
