package dev.understudy.retrain.step;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The frames that cycles have dealt with, in two lists:
 *
 * <ul>
 *   <li>{@code taken.jsonl}: every frame that was ever to be labelled, in the order in which they came. It only grows
 *       at its end, as a label store that is extended needs it, whatever the source does.
 *   <li>{@code learnt.jsonl}: those that a cycle has learnt from and come to a verdict with. What is in the source and
 *       not here is new. So frames that a cycle would not learn from stay new until they are taken out of the source,
 *       or let pass. Those whose pictures are gone are not trained on any more.
 * </ul>
 *
 * One process at a time.
 */
public final class FramePool {
    private final Path taken;
    private final Path learnt;

    /** @param folder for the lists */
    public FramePool(Path folder) {
        this.taken = folder.resolve("taken.jsonl");
        this.learnt = folder.resolve("learnt.jsonl");
    }

    /**
     * What a cycle has before it; all relative to {@code root}.
     *
     * @param toLabel all frames that are or have to be in the store, in its order
     * @param toLearn the frames to train on: those learnt from before, and the new ones
     * @param fresh the new ones
     */
    public record Intake(Path root, List<FrameRecord> toLabel, List<FrameRecord> toLearn, List<FrameRecord> fresh) {
        public Intake {
            toLabel = List.copyOf(toLabel);
            toLearn = List.copyOf(toLearn);
            fresh = List.copyOf(fresh);
        }
    }

    /** Takes in what the source has and no cycle has learnt from, and remembers that it was taken. */
    public Intake takeIn(FrameInlet inlet) throws IOException {
        Manifest there = inlet.frames();
        Map<String, FrameRecord> learntBefore = byId(learnt);
        Map<String, FrameRecord> takenBefore = byId(taken);
        List<FrameRecord> fresh = new ArrayList<>();
        for (FrameRecord frame : there.frames()) {
            if (!learntBefore.containsKey(frame.id())) {
                // An id stands for one picture for good: the store may hold its labels.
                FrameRecord known = takenBefore.putIfAbsent(frame.id(), frame);
                fresh.add(known == null ? frame : known);
            }
        }
        if (!fresh.isEmpty()) {
            ManifestWriter.write(taken, takenBefore.values());
        }
        List<FrameRecord> toLearn = new ArrayList<>(learntBefore.values());
        toLearn.removeIf(frame -> !Files.exists(there.folder().resolve(frame.rgb())));
        toLearn.addAll(fresh);
        return new Intake(there.folder().toAbsolutePath(), List.copyOf(takenBefore.values()), toLearn, fresh);
    }

    /** Remembers that a cycle has learnt from these frames and no others. */
    public void learnt(List<FrameRecord> frames) throws IOException {
        ManifestWriter.write(learnt, frames);
    }

    private static Map<String, FrameRecord> byId(Path list) {
        Map<String, FrameRecord> frames = new LinkedHashMap<>();
        if (Files.exists(list)) {
            Manifest.read(list).frames().forEach(frame -> frames.put(frame.id(), frame));
        }
        return frames;
    }
}
