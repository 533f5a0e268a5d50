package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * The derivatives that have reached each node of a graph so far. A sum's derivative is that of both its terms: an array can
 * belong to several nodes, and is overwritten only when it belongs to one.
 */
final class Cotangents {
    private final @Nullable Flow[] flows;

    Cotangents(int nodes) {
        this.flows = new Flow[nodes];
    }

    /** An array and how many nodes it still belongs to. */
    static final class Flow {
        private final NDArray array;
        private int owners = 1;

        Flow(NDArray array) {
            this.array = array;
        }

        NDArray array() {
            return array;
        }

        boolean isShared() {
            return owners > 1;
        }

        /** One more owner. */
        Flow share() {
            owners++;
            return this;
        }

        /** One owner less; the last frees it. */
        void release() {
            if (--owners == 0) {
                array.close();
            }
        }
    }

    /** Adds to what has reached a node, which becomes an owner in the caller's place. */
    void add(int node, Flow flow) {
        Flow before = flows[node];
        if (before == null) {
            flows[node] = flow;
        } else if (!before.isShared()) {
            before.array.addi(flow.array);
            flow.release();
        } else if (!flow.isShared()) {
            flow.array.addi(before.array);
            before.release();
            flows[node] = flow;
        } else {
            flows[node] = new Flow(before.array.add(flow.array));
            before.release();
            flow.release();
        }
    }

    /** What has reached a node; it leaves, and the caller is its owner. Null if nothing has. */
    @Nullable
    Flow take(int node) {
        Flow flow = flows[node];
        flows[node] = null;
        return flow;
    }
}
