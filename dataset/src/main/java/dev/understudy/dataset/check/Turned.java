package dev.understudy.dataset.check;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.ImageHeader;
import java.util.ArrayList;
import java.util.List;

/** Counts pictures that carry an EXIF orientation, and tells which way up they are read. */
final class Turned {
    private int applied;
    private int both;
    private int notApplied;
    private String first = "";

    void add(String name, ImageHeader picture, Frame frame) {
        first = first.isEmpty() ? name : first;
        boolean mapped = frame.depth() != null || frame.segmentation() != null || frame.normals() != null;
        boolean shown = frame.width() == picture.shownWidth() && frame.height() == picture.shownHeight();
        boolean stored = picture.width() == picture.shownWidth() && picture.height() == picture.shownHeight();
        applied += shown ? 1 : 0;
        notApplied += shown ? 0 : 1;
        both += shown && stored && mapped ? 1 : 0;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (applied + notApplied > 0) {
            lines.add("pictures: " + (applied + notApplied) + " carry an EXIF orientation (the first: " + first + "); "
                    + applied + " are turned by it when they are read, " + notApplied
                    + " are not, since their labels or depth fit the stored pixels only; other programs may read them"
                    + " otherwise: 'dataset import' makes copies without");
        }
        if (both > 0) {
            lines.add("pictures: labels or depth of " + both
                    + " of those would fit the stored pixels too; look at some with"
                    + " 'dataset show', and if they are turned against each other, import with --orientation stored");
        }
        return lines;
    }
}
