package dev.understudy.retrain.step;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.pipeline.train.SourceConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether annotated frames have changed, by their records and, as make does, by size and time of their files. */
final class FileStamps {
    private FileStamps() {}

    /** All that decides what a source gives to learn from, beside its configuration. */
    static String of(SourceConfiguration source) throws IOException {
        StringBuilder stamps = new StringBuilder(of(source.frames()));
        List<Path> stores = new ArrayList<>(source.otherStores().values());
        stores.add(source.store());
        stores.add(source.depthStore());
        for (@Nullable Path store : stores) {
            stamps.append(' ').append(store == null ? CycleFrames.NONE : StoreStamp.of(store));
        }
        if (source.truth() != null) {
            stamps.append(' ').append(of(Manifest.read(source.truth().manifest())));
        }
        return stamps + of(source.policy());
    }

    /** The annotated frames that a policy learns from. */
    static String of(PolicyRecipe policy) throws IOException {
        StringBuilder stamps = new StringBuilder();
        for (Path manifest : policy.manifests()) {
            stamps.append(' ').append(of(Manifest.read(manifest)));
        }
        return stamps.toString();
    }

    static String of(Manifest frames) throws IOException {
        MessageDigest digest = Sha256.digest();
        for (FrameRecord frame : frames.frames()) {
            digest.update((frame + "\n").getBytes(StandardCharsets.UTF_8));
            for (String file :
                    new @Nullable String[] {frame.rgb(), frame.depth(), frame.segmentation(), frame.normals()}) {
                if (file != null) {
                    Path path = FrameRules.resolve(frames.folder(), file);
                    String stamp = Files.size(path) + " " + Files.getLastModifiedTime(path);
                    digest.update((stamp + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return Sha256.hex(digest);
    }

    /**
     * What a store holds: its shards' checksums, its description with the calibration, and what was learned of its
     * labels.
     */
    static final class StoreStamp {
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
}
