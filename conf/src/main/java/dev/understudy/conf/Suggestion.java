package dev.understudy.conf;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Guesses what a user meant by a name that does not exist. */
public final class Suggestion {
    /** Longer names are not typing mistakes of anything known, and comparing them costs. */
    private static final int LONGEST = 100;

    private Suggestion() {}

    /** The known name nearest to {@code found}, if one is near enough to be a slip; the first of equals. */
    public static Optional<String> nearest(String found, Collection<String> known) {
        if (found.length() > LONGEST) {
            return Optional.empty();
        }
        String best = null;
        int bestDistance = Math.max(1, found.length() / 3) + 1;
        for (String name : known) {
            int distance = distance(plain(found), plain(name));
            if (distance < bestDistance) {
                best = name;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The end of an error message: {@code did you mean 'x'?} or, when nothing is near, {@code known are a, b, c}. */
    public static String phrase(String found, Collection<String> known) {
        return nearest(found, known)
                .map(name -> "did you mean '" + name + "'?")
                .orElseGet(() -> known.isEmpty() ? "none is known" : "known are " + String.join(", ", known));
    }

    /** Case and word separators are what people mix up most, so they do not count. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Optimal string alignment: insertions, deletions, changes, and swaps of neighbours. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
