package dev.understudy.dataset.imports;

/** Is told how far a long run has come. Called on the thread that runs it, once a frame. */
@FunctionalInterface
public interface Progress {
    Progress NONE = (done, total) -> {};

    void at(int done, int total);
}
