package dev.understudy.labeler.review;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A four-connected area of one answer, which a person would correct in one go.
 *
 * @param frame index of its frame in the source
 * @param region number of the area in its frame, from 0 in order of the areas' first pixels
 * @param label class of the answer
 * @param pixels its area
 * @param left column of its leftmost pixel; the box is left, top, right and bottom, all inside
 * @param doubt how many of its pixels are expected to be wrong
 * @param wrong how many of its pixels are wrong, where the truth is known; 0 otherwise
 */
@RecordBuilder
public record QueuedSegment(
        int frame,
        int region,
        int label,
        int pixels,
        int left,
        int top,
        int right,
        int bottom,
        double doubt,
        int wrong) {}
