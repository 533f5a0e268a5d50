package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.imports.SourceTree;

/** Finds the sequences of one layout by the names of files and by small text files. */
interface SequenceReader {
    /** @param maxGap seconds between a picture and its depth that are allowed, where files carry times */
    void read(SourceTree tree, double maxGap, Sequences found);
}
