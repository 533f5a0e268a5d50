package dev.understudy.dataset.edit;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.ScenePattern;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code dataset scenes}: gives the frames of a manifest their scenes by a pattern over ids. */
public final class SceneRun {
    private SceneRun() {}

    /**
     * What was done.
     *
     * @param frames in the manifest
     * @param scenes different ones that there now are
     * @param given frames that got a scene, or another than they had
     * @param unmatched ids of frames that the pattern does not know; their scene is what it was
     * @param withoutScene frames that have no scene still
     */
    public record Summary(Path manifest, int frames, int scenes, int given, List<String> unmatched, int withoutScene) {}

    /**
     * @param manifest {@code manifest.jsonl}, or its folder; never written
     * @param out name of the new manifest, in the same folder, because paths of frames are relative to it
     * @throws DataException if no frame matches, or {@code out} is the manifest itself or lies elsewhere
     */
    public static Summary run(Path manifest, ScenePattern pattern, String out) throws IOException {
        Manifest frames = Manifest.read(manifest);
        Path target = ManifestWriter.beside(manifest, frames, out);
        int given = 0;
        int withoutScene = 0;
        List<String> unmatched = new ArrayList<>();
        Set<String> scenes = new TreeSet<>();
        try (ManifestWriter writer = new ManifestWriter(target)) {
            for (FrameRecord frame : frames.frames()) {
                String scene = pattern.sceneOf(frame.id()).orElse(null);
                if (scene == null) {
                    unmatched.add(frame.id());
                    scene = frame.scene();
                } else {
                    given += scene.equals(frame.scene()) ? 0 : 1;
                }
                if (scene == null) {
                    withoutScene++;
                } else {
                    scenes.add(scene);
                }
                writer.add(frame.withScene(scene));
            }
            if (unmatched.size() == frames.size()) {
                throw new DataException(manifest + ": the pattern '" + pattern
                        + "' matches the whole of no id, the first of which is "
                        + frames.frames().get(0).id() + "; .* stands for any text");
            }
            writer.publish();
        }
        return new Summary(target, frames.size(), scenes.size(), given, List.copyOf(unmatched), withoutScene);
    }
}
