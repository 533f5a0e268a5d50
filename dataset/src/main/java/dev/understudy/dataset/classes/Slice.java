package dev.understudy.dataset.classes;

/**
 * The part of a joint space that one of its spaces takes up.
 *
 * @param space name of that space
 * @param from its first index in the joint space
 * @param to one past its last
 */
public record Slice(String space, int from, int to) {
    public int size() {
        return to - from;
    }

    /** Where a network's outputs for the joint space have this one. */
    public ClassSlice outputs() {
        return new ClassSlice(from, to);
    }
}
