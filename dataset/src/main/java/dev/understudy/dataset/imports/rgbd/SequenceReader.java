package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.imports.SourceTree;

/** Finds the sequences of one layout by the names of files and by small text files. */
interface SequenceReader {
    /** @param maxGap seconds between a picture and its depth that are allowed, where files carry times */
    void read(SourceTree tree, double maxGap, Sequences found);

    /** Says how many files of a sequence found no partner: one line a sequence, since cameras out of step lose many. */
    static void tellUnpaired(
            SourceTree tree, String folder, int pictures, int depths, int pairs, double maxGap, Sequences found) {
        if (pairs < Math.min(pictures, depths)) {
            found.skip(
                    folder.isEmpty() ? "." : folder,
                    tree.root().resolve(folder) + ": found " + pictures + " pictures and " + depths
                            + " depth maps, of which " + pairs + " are within " + maxGap
                            + " s of each other; allow more with --max-gap");
        }
    }
}
