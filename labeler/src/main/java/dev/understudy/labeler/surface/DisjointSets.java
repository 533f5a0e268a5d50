package dev.understudy.labeler.surface;

/** Union–find over pixels: by size, with paths halved. */
final class DisjointSets {
    private final int[] parent;
    private final int[] size;

    DisjointSets(int count) {
        parent = new int[count];
        size = new int[count];
        for (int i = 0; i < count; i++) {
            parent[i] = i;
            size[i] = 1;
        }
    }

    private DisjointSets(int[] parent, int[] size) {
        this.parent = parent;
        this.size = size;
    }

    DisjointSets copy() {
        return new DisjointSets(parent.clone(), size.clone());
    }

    int root(int member) {
        int at = member;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    boolean isRoot(int member) {
        return parent[member] == member;
    }

    int count() {
        return parent.length;
    }

    /** By member. */
    int[] roots() {
        int[] roots = new int[parent.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = root(i);
        }
        return roots;
    }

    int size(int root) {
        return size[root];
    }

    /** @return the root of both, given two different roots */
    int join(int one, int other) {
        int big = size[one] >= size[other] ? one : other;
        int small = big == one ? other : one;
        parent[small] = big;
        size[big] += size[small];
        return big;
    }

    void unite(int one, int other) {
        int a = root(one);
        int b = root(other);
        if (a != b) {
            join(a, b);
        }
    }

    /** Numbers the sets from 0 in order of their first members. */
    Regions regions() {
        int[] number = new int[parent.length];
        int[] sizes = new int[parent.length];
        int count = 0;
        java.util.Arrays.fill(number, -1);
        int[] region = new int[parent.length];
        for (int i = 0; i < parent.length; i++) {
            int root = root(i);
            if (number[root] < 0) {
                sizes[count] = size[root];
                number[root] = count++;
            }
            region[i] = number[root];
        }
        return new Regions(region, java.util.Arrays.copyOf(sizes, count));
    }
}
