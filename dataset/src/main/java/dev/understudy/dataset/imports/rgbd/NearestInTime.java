package dev.understudy.dataset.imports.rgbd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Pairs files of two cameras that do not run in step. */
final class NearestInTime {
    private NearestInTime() {}

    /** @param gap seconds between the two */
    record Pair(TimedFile first, TimedFile second, double gap) {}

    /**
     * Pairs each file with the nearest of the other list, if it is the nearest for that one too and not farther than
     * {@code maxGap} seconds. So no file is used twice.
     *
     * @return in the order of time
     */
    static List<Pair> pair(List<TimedFile> first, List<TimedFile> second, double maxGap) {
        List<TimedFile> these = sorted(first);
        List<TimedFile> those = sorted(second);
        List<Pair> pairs = new ArrayList<>();
        if (those.isEmpty()) {
            return pairs;
        }
        for (int i = 0; i < these.size(); i++) {
            int nearest = nearest(those, these.get(i).seconds());
            double gap = gap(these.get(i), those.get(nearest));
            if (gap <= maxGap && nearest(these, those.get(nearest).seconds()) == i) {
                pairs.add(new Pair(these.get(i), those.get(nearest), gap));
            }
        }
        return pairs;
    }

    private static int nearest(List<TimedFile> files, double seconds) {
        return Trajectory.nearest(files.size(), index -> files.get(index).seconds(), seconds);
    }

    static List<TimedFile> sorted(List<TimedFile> files) {
        return files.stream()
                .sorted(Comparator.comparingDouble(TimedFile::seconds).thenComparing(TimedFile::path))
                .toList();
    }

    private static double gap(TimedFile a, TimedFile b) {
        return Math.abs(a.seconds() - b.seconds());
    }

    /** @param seconds when it was taken */
    record TimedFile(double seconds, String path) {}
}
