package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameOrder;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily.Answered;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Scores frames one after the other and remembers as many of a scene as the metrics look back at, which is none unless
 * sequences are asked for. One thread at a time.
 */
public final class SequenceScorer {
    private final FrameScorer scorer;
    private final List<SequenceMetricFamily> families;
    private final int reach;
    /** Of one scene, the last one first. */
    private final LinkedList<Answered> earlier = new LinkedList<>();

    public SequenceScorer(FrameScorer scorer) {
        this.scorer = scorer;
        this.families = scorer.families().stream()
                .filter(SequenceMetricFamily.class::isInstance)
                .map(SequenceMetricFamily.class::cast)
                .toList();
        this.reach =
                families.stream().mapToInt(SequenceMetricFamily::reach).max().orElse(0);
    }

    /** Whether a frame can be compared with others of its scene. */
    boolean isPlaced(FrameRecord record) {
        return families.stream().anyMatch(family -> family.isAnnotated(record));
    }

    /**
     * The same indices in the order in which frames must be scored: as they are, or scene by scene in the order of
     * time.
     */
    public List<Integer> order(FrameSource frames, List<Integer> indices) {
        if (reach == 0) {
            return indices;
        }
        Map<String, List<Integer>> scenes = new LinkedHashMap<>();
        for (int index : indices) {
            FrameRecord record = frames.record(index);
            // No scene has a space in its name
            String scene = record.scene() == null ? "frame " + record.id() : record.scene();
            scenes.computeIfAbsent(scene, name -> new ArrayList<>()).add(index);
        }
        FrameOrder time = new FrameOrder();
        List<Integer> ordered = new ArrayList<>();
        for (List<Integer> scene : scenes.values()) {
            scene.sort((a, b) -> time.compare(frames.record(a), frames.record(b)));
            ordered.addAll(scene);
        }
        return ordered;
    }

    /** All sums, those for reports alone included. */
    public FrameSums score(Frame frame, Prediction prediction) {
        Answered answered = new Answered(frame, prediction);
        if (!earlier.isEmpty()
                && !Objects.equals(
                        earlier.getFirst().frame().record().scene(),
                        frame.record().scene())) {
            earlier.clear();
        }
        FrameSums sums = scorer.score(answered, earlier);
        if (reach > 0 && isPlaced(frame.record())) {
            earlier.addFirst(answered);
            if (earlier.size() > reach) {
                earlier.removeLast();
            }
        }
        return sums;
    }
}
