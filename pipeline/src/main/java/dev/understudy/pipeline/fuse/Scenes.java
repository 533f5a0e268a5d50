package dev.understudy.pipeline.fuse;

import dev.understudy.dataset.frame.FrameOrder;
import dev.understudy.dataset.frame.FrameRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Frames by scene, in the order in which scenes come first; the frames of a scene in the order of time. */
final class Scenes {
    private Scenes() {}

    /**
     * @param name of the scene; empty for frames whose scene is not known
     * @param frames at least one
     */
    record Group(String name, List<FrameRecord> frames) {}

    /** @param most frames of unknown scene that make a group, so that few groups change when frames are added */
    static List<Group> of(List<FrameRecord> frames, int most) {
        Map<String, List<FrameRecord>> scenes = new LinkedHashMap<>();
        List<FrameRecord> unknown = new ArrayList<>();
        for (FrameRecord frame : frames) {
            if (frame.scene() == null) {
                unknown.add(frame);
            } else {
                scenes.computeIfAbsent(frame.scene(), name -> new ArrayList<>()).add(frame);
            }
        }
        List<Group> groups = new ArrayList<>();
        scenes.forEach((name, members) -> groups.add(
                new Group(name, members.stream().sorted(new FrameOrder()).toList())));
        for (int from = 0; from < unknown.size(); from += most) {
            groups.add(new Group("", List.copyOf(unknown.subList(from, Math.min(unknown.size(), from + most)))));
        }
        return groups;
    }
}
