package dev.understudy.cli.export;

/**
 * A mask as the COCO tools keep it: lengths of runs down the columns, first of 0, then of 1 and so on, each written as its
 * difference from the one two before in groups of five bits, lowest first, from the character '0' on.
 */
final class RunLengths {
    private static final int GROUP = 5;
    private static final int MORE = 1 << GROUP;
    private static final int SIGN = 1 << (GROUP - 1);

    private final StringBuilder text = new StringBuilder();
    private long twoBefore;
    private long before;
    private int runs;

    private RunLengths() {}

    /** @param classes row-major, {@code width · height}. @return the mask of one class */
    static String of(byte[] classes, int width, int height, int wanted) {
        RunLengths lengths = new RunLengths();
        long run = 0;
        boolean inside = false;
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                boolean now = (classes[y * width + x] & 0xFF) == wanted;
                if (now != inside) {
                    lengths.add(run);
                    run = 0;
                    inside = now;
                }
                run++;
            }
        }
        lengths.add(run);
        return lengths.text.toString();
    }

    private void add(long run) {
        long rest = runs > 2 ? run - twoBefore : run;
        boolean more = true;
        while (more) {
            long bits = rest & (MORE - 1);
            rest >>= GROUP;
            more = (bits & SIGN) != 0 ? rest != -1 : rest != 0;
            text.append((char) ('0' + (more ? bits | MORE : bits)));
        }
        twoBefore = before;
        before = run;
        runs++;
    }
}
