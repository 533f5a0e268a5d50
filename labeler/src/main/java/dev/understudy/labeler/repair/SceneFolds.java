package dev.understudy.labeler.repair;

import dev.understudy.dataset.frame.FrameRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Frames by what they share: frames of one scene are not independent, so that whoever scores what was learned puts a
 * whole scene into one fold. Where the manifest names no scene, frames whose ids go up by the usual step count as
 * one; see {@link #guessed}.
 *
 * @param sceneOf by frame id
 * @param guessed how many of the frames had no scene of their own
 */
public record SceneFolds(Map<String, String> sceneOf, int guessed) {
    /** A long recording says more than one scene does, and must not be a fold by itself. */
    private static final int LONGEST_SHARE = 20;

    private static final int SHORTEST_RUN = 8;

    public SceneFolds {
        sceneOf = Map.copyOf(sceneOf);
    }

    /**
     * @param frames all of the data set in its order, annotated or not: a run may be seen through frames that are not
     */
    public static SceneFolds of(List<FrameRecord> frames) {
        Map<String, String> scenes = new HashMap<>();
        List<FrameRecord> unknown = new ArrayList<>();
        for (FrameRecord frame : frames) {
            if (frame.scene() != null) {
                scenes.put(frame.id(), "scene " + frame.scene());
            } else {
                unknown.add(frame);
            }
        }
        guess(unknown, scenes);
        return new SceneFolds(scenes, unknown.size());
    }

    private static void guess(List<FrameRecord> frames, Map<String, String> scenes) {
        long step = usualStep(frames);
        int longest = Math.max(SHORTEST_RUN, frames.size() / LONGEST_SHARE);
        int run = 0;
        int length = 0;
        Number last = Number.NONE;
        for (FrameRecord frame : frames) {
            Number number = Number.of(frame.id());
            // An id without a number goes on with the run: the order of the list is all there is to go by
            boolean goesOn = number == Number.NONE && last == Number.NONE
                    || number.series.equals(last.series) && number.value - last.value == step;
            if (!goesOn || length == longest) {
                run++;
                length = 0;
            }
            length++;
            scenes.put(frame.id(), "run " + run);
            last = number;
        }
    }

    /** By how much the numbers of neighbours in the list most often differ. */
    private static long usualStep(List<FrameRecord> frames) {
        Map<Long, Integer> counts = new TreeMap<>();
        for (int i = 1; i < frames.size(); i++) {
            Number a = Number.of(frames.get(i - 1).id());
            Number b = Number.of(frames.get(i).id());
            if (a.series.equals(b.series) && b.value > a.value) {
                counts.merge(b.value - a.value, 1, Integer::sum);
            }
        }
        long best = 1;
        int most = 0;
        for (Map.Entry<Long, Integer> count : counts.entrySet()) {
            if (count.getValue() > most) {
                best = count.getKey();
                most = count.getValue();
            }
        }
        return best;
    }

    /** The last number in an id, and what stands around it. */
    private record Number(String series, long value) {
        static final Number NONE = new Number("", 0);
        private static final int MOST_DIGITS = 15;

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        static Number of(String id) {
            int end = id.length();
            while (end > 0 && !isDigit(id.charAt(end - 1))) {
                end--;
            }
            if (end == 0) {
                return NONE;
            }
            int start = end;
            while (start > 0 && isDigit(id.charAt(start - 1)) && end - start < MOST_DIGITS) {
                start--;
            }
            return new Number(
                    id.substring(0, start) + "|" + id.substring(end), Long.parseLong(id.substring(start, end)));
        }
    }

    /** @throws IllegalArgumentException if the frame is none of those that were given */
    public String scene(String id) {
        String scene = sceneOf.get(id);
        if (scene == null) {
            throw new IllegalArgumentException("frame " + id + " is not known");
        }
        return scene;
    }

    /**
     * Scenes one after the other into folds 0, 1, …, 0, 1, …, so that frames from all over the list are in each.
     *
     * @param ids of frames
     * @param most folds; there are no more than scenes
     * @return the fold of each
     */
    public int[] folds(List<String> ids, int most) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        ids.forEach(id -> numbers.putIfAbsent(scene(id), numbers.size()));
        int folds = Math.min(most, numbers.size());
        return ids.stream().mapToInt(id -> numbers.get(scene(id)) % folds).toArray();
    }
}
