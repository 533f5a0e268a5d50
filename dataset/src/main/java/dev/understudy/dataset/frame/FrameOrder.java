package dev.understudy.dataset.frame;

import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of time within a scene, as ids tell it: numbers in them count as numbers, so frame-9 comes before frame-10.
 * It does not depend on the order of a manifest.
 */
public final class FrameOrder implements Comparator<FrameRecord> {
    private static final Pattern DECIMAL = Pattern.compile("\\d+\\.\\d+");

    @Override
    public int compare(FrameRecord a, FrameRecord b) {
        return compare(a.id(), b.id());
    }

    /** The time that an id tells, seconds: the first number with a decimal point in its last part. */
    public static OptionalDouble seconds(String id) {
        Matcher decimal = DECIMAL.matcher(id.substring(id.lastIndexOf('/') + 1));
        return decimal.find() ? OptionalDouble.of(Double.parseDouble(decimal.group())) : OptionalDouble.empty();
    }

    static int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
                int endA = endOfNumber(a, i);
                int endB = endOfNumber(b, j);
                int order = compareNumbers(a.substring(i, endA), b.substring(j, endB));
                if (order != 0) {
                    return order;
                }
                i = endA;
                j = endB;
            } else if (a.charAt(i) != b.charAt(j)) {
                return Character.compare(a.charAt(i), b.charAt(j));
            } else {
                i++;
                j++;
            }
        }
        int order = Integer.compare(a.length() - i, b.length() - j);
        // 01 and 1 are one number, yet two ids
        return order == 0 ? a.compareTo(b) : order;
    }

    private static int compareNumbers(String a, String b) {
        String shortA = a.replaceFirst("^0+", "");
        String shortB = b.replaceFirst("^0+", "");
        int order = Integer.compare(shortA.length(), shortB.length());
        return order == 0 ? shortA.compareTo(shortB) : order;
    }

    private static int endOfNumber(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
