package dev.understudy.retrain.step;

import dev.understudy.files.Sha256;
import dev.understudy.labeler.reliability.ReliabilityFile;
import java.io.IOException;
import java.nio.file.Path;

/** What a store holds: its shards' checksums, its description with the calibration, and what was learned of its labels. */
final class StoreStamp {
    private StoreStamp() {}

    static String of(Path store) throws IOException {
        String learned = ReliabilityFile.exists(store) ? Sha256.of(store.resolve(ReliabilityFile.NAME)) : "";
        return Sha256.of(Sha256.of(store.resolve("_SUCCESS")) + Sha256.of(store.resolve("store.json")) + learned);
    }

    /** @param store {@value CycleFrames#NONE} for none */
    static String of(String store) throws IOException {
        return store.equals(CycleFrames.NONE) ? store : of(Path.of(store));
    }
}
