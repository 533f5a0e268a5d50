package dev.understudy.retrain.frames;

import dev.understudy.dataset.frame.Manifest;
import java.io.IOException;
import java.util.List;

/** Where new frames are looked for: {@code {manifest: {file: …}}} or {@code {folder: {path: …}}}. */
public sealed interface FrameInlet permits GrowingManifest, WatchedFolder {
    /**
     * All frames without segmentation that are there now, in an order that may change from call to call.
     *
     * @throws dev.understudy.files.DataException if a manifest cannot be read
     */
    Manifest frames() throws IOException;

    /** What is there and does not count yet, for people to read; empty if nothing is. */
    default List<String> waiting() throws IOException {
        return List.of();
    }
}
