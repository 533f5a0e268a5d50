package dev.understudy.retrain.step;

import dev.understudy.files.Sha256;
import java.io.IOException;
import java.nio.file.Path;

/** What a store holds: its shards' checksums and its description with the calibration. */
final class StoreStamp {
    private StoreStamp() {}

    static String of(Path store) throws IOException {
        return Sha256.of(Sha256.of(store.resolve("_SUCCESS")) + Sha256.of(store.resolve("store.json")));
    }

    /** @param store {@value CycleFrames#NONE} for none */
    static String of(String store) throws IOException {
        return store.equals(CycleFrames.NONE) ? store : of(Path.of(store));
    }
}
