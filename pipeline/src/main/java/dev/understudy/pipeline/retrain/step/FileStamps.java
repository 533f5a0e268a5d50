package dev.understudy.pipeline.retrain.step;

import dev.understudy.dataset.file.Sha256;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Whether annotated frames have changed, by their records and, as make does, by size and time of their files. */
final class FileStamps {
    private FileStamps() {}

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
}
