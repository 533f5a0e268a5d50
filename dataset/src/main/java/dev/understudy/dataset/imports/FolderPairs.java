package dev.understudy.dataset.imports;

import dev.understudy.files.DataException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which file of one folder belongs to which picture: those of one name, without folder and extension, or of one key
 * where a pattern says what of a name counts.
 */
final class FolderPairs {
    /** As many names are compared to find how they differ; then all are counted. */
    private static final int COMPARED_FILES = 60;

    private static final int COMPARED_PICTURES = 5000;
    private static final int TRIED = 8;

    private final @Nullable Pattern key;

    /** @param key with one group, which must fit whole names; null if names count as they are */
    FolderPairs(@Nullable Pattern key) {
        this.key = key;
    }

    /** What a name is paired by. */
    String key(String name) {
        if (key == null) {
            return name;
        }
        Matcher matcher = key.matcher(name);
        return matcher.matches() && matcher.group(1) != null ? matcher.group(1) : name;
    }

    /**
     * Keys → paths.
     *
     * @param names of files → their paths
     * @throws DataException if a pattern gives two of them one key
     */
    Map<String, String> byKey(Map<String, String> names) {
        Map<String, String> byKey = new HashMap<>();
        names.forEach((name, path) -> {
            String before = byKey.put(key(name), path);
            if (before != null) {
                throw new DataException(path + ": found the same name as of " + before + " ('" + key(name)
                        + "'), expected one file a picture; rename one, or let --pair-by tell them apart");
            }
        });
        return byKey;
    }

    /**
     * What to say of files that belong to no picture.
     *
     * @param kind such as {@code label}
     * @param folder where they are
     * @param unmatched their names, at least one
     * @param pictures names of the pictures that lack such a file
     */
    String unpaired(String kind, Path folder, int files, List<String> unmatched, List<String> pictures) {
        String message = folder + ": " + unmatched.size() + " of " + files + " " + kind
                + " files belong to no picture (the first: " + unmatched.get(0) + ")";
        Difference nearest = nearest(unmatched, pictures);
        return nearest == null
                ? message + "; files belong together if their names are the same up to the extension"
                : message + "; nearest is picture " + nearest.example + ", if " + nearest.inWords()
                        + ", which would pair " + nearest.pairs(unmatched, pictures) + ": add --pair-by '"
                        + nearest.pattern() + "'";
    }

    /**
     * How names differ.
     *
     * @param inFile what stands in a file's name
     * @param inPicture and in its picture's
     * @param start at the start of names, or else at their end
     * @param example the picture
     */
    private record Difference(String inFile, String inPicture, boolean start, String example) {
        String inWords() {
            if (inFile.isEmpty()) {
                return "'" + inPicture + "' is left out of the picture's name";
            }
            return "'" + inFile + "' " + (inPicture.isEmpty() ? "is left out" : "stands for '" + inPicture + "'");
        }

        /** Both are taken out of names. */
        String pattern() {
            String either = inPicture.isEmpty()
                    ? quoted(inFile)
                    : inFile.isEmpty() ? quoted(inPicture) : quoted(inFile) + "|" + quoted(inPicture);
            return start ? "(?:" + either + ")?(.+)" : "(.+?)(?:" + either + ")?";
        }

        private static String quoted(String text) {
            return text.replaceAll("[^A-Za-z0-9 _/-]", "\\\\$0");
        }

        long pairs(List<String> unmatched, List<String> pictures) {
            FolderPairs pairs = new FolderPairs(Pattern.compile(pattern()));
            Set<String> keys = new HashSet<>();
            pictures.forEach(picture -> keys.add(pairs.key(picture)));
            return unmatched.stream()
                    .filter(name -> keys.contains(pairs.key(name)))
                    .count();
        }
    }

    /** Of the differences that most names show, the one that pairs most of them. */
    private static @Nullable Difference nearest(List<String> unmatched, List<String> pictures) {
        Map<Difference, Integer> votes = new TreeMap<>(Comparator.comparing(Difference::pattern));
        for (String file : unmatched.subList(0, Math.min(COMPARED_FILES, unmatched.size()))) {
            for (String picture : pictures.subList(0, Math.min(COMPARED_PICTURES, pictures.size()))) {
                atEnd(file, picture).ifPresent(difference -> votes.merge(difference, 1, Integer::sum));
                atStart(file, picture).ifPresent(difference -> votes.merge(difference, 1, Integer::sum));
            }
        }
        Difference best = null;
        long most = 0;
        List<Difference> likely = votes.entrySet().stream()
                .sorted(Map.Entry.<Difference, Integer>comparingByValue().reversed())
                .limit(TRIED)
                .map(Map.Entry::getKey)
                .toList();
        for (Difference each : likely) {
            long pairs = each.pairs(unmatched, pictures);
            if (pairs > most) {
                most = pairs;
                best = each;
            }
        }
        return best;
    }

    /** What follows an equal start. */
    private static Optional<Difference> atEnd(String file, String picture) {
        int most = Math.min(file.length(), picture.length());
        int equal = 0;
        while (equal < most && file.charAt(equal) == picture.charAt(equal)) {
            equal++;
        }
        // So that a_mask and a_main differ by whole words, and 0001 and 0002 not by a digit
        while (equal > 0 && equal < most && Character.isLetterOrDigit(file.charAt(equal - 1))) {
            equal--;
        }
        return equal == 0 || file.equals(picture)
                ? Optional.empty()
                : Optional.of(new Difference(file.substring(equal), picture.substring(equal), false, picture));
    }

    /** What precedes an equal end. */
    private static Optional<Difference> atStart(String file, String picture) {
        int most = Math.min(file.length(), picture.length());
        int equal = 0;
        while (equal < most && file.charAt(file.length() - 1 - equal) == picture.charAt(picture.length() - 1 - equal)) {
            equal++;
        }
        while (equal > 0 && equal < most && Character.isLetterOrDigit(file.charAt(file.length() - equal))) {
            equal--;
        }
        return equal == 0 || file.equals(picture)
                ? Optional.empty()
                : Optional.of(new Difference(
                        file.substring(0, file.length() - equal),
                        picture.substring(0, picture.length() - equal),
                        true,
                        picture));
    }
}
