package dev.understudy.pipeline.train;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameOrder;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.files.Sha256;
import dev.understudy.trainer.data.TrainingFrame;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which frames are taught together, for losses that compare two views: of the frames of one scene that have depth, a
 * pose and intrinsics, each has the next one in time, and the last one the one before it. All others have none.
 * Immutable.
 */
public final class Partners {
    private static final int ALONE = -1;

    private final int[] partners;
    private final String digest;

    private Partners(int[] partners, String digest) {
        this.partners = partners;
        this.digest = digest;
    }

    /** Where nobody compares views. */
    static Partners none(FrameSource frames) {
        int[] partners = new int[frames.size()];
        Arrays.fill(partners, ALONE);
        return new Partners(partners, "");
    }

    static Partners of(FrameSource frames) {
        Map<String, List<Integer>> scenes = new TreeMap<>();
        MessageDigest digest = Sha256.digest();
        for (int i = 0; i < frames.size(); i++) {
            FrameRecord record = frames.record(i);
            if (isPlaced(record)) {
                scenes.computeIfAbsent(record.scene(), name -> new ArrayList<>())
                        .add(i);
                String line = record.scene() + "\t" + record.pose() + "\t" + record.intrinsics() + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        int[] partners = new int[frames.size()];
        Arrays.fill(partners, ALONE);
        FrameOrder time = new FrameOrder();
        for (List<Integer> scene : scenes.values()) {
            scene.sort((a, b) -> time.compare(frames.record(a), frames.record(b)));
            for (int i = 0; i < scene.size() && scene.size() > 1; i++) {
                partners[scene.get(i)] = scene.get(i + 1 < scene.size() ? i + 1 : i - 1);
            }
        }
        return new Partners(partners, Sha256.hex(digest));
    }

    private static boolean isPlaced(FrameRecord record) {
        return record.scene() != null
                && record.depth() != null
                && record.intrinsics() != null
                && record.pose() != null
                && Pose.of(record.pose()).isPresent();
    }

    /** The partner of frame {@code index}, or −1. */
    int of(int index) {
        return partners[index];
    }

    /** What has to be known of a frame to compare it with its partner; null where nobody compares. */
    TrainingFrame.@Nullable SceneView view(Frame frame) {
        return digest.isEmpty() ? null : TrainingFrame.SceneView.of(frame).orElse(null);
    }

    int size() {
        return partners.length;
    }

    /** Frames that have a partner. */
    int paired() {
        return (int) Arrays.stream(partners).filter(partner -> partner != ALONE).count();
    }

    /** Over the scenes and cameras of all frames that can be compared; empty where nobody compares. */
    String digest() {
        return digest;
    }
}
