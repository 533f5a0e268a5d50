package dev.understudy.pipeline.ablate.result;

import dev.understudy.evaluation.FrameSums;
import dev.understudy.files.sealed.SealedJson;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one student, or several together, did on every test frame.
 *
 * @param frames ordered by id
 */
public record StudentFrames(List<FrameSums> frames) {
    /** As large as the measurement of a model may be. */
    private static final long LARGEST = 512L << 20;

    /** How it is kept, beside the student. */
    public static final SealedJson<StudentFrames> FORMAT =
            new SealedJson<>("understudy-student-frames", 1, StudentFrames.class, LARGEST);

    /** Its file in the student's folder. */
    public static final String FILE = "frames.json";

    public StudentFrames {
        frames = frames.stream().sorted(Comparator.comparing(FrameSums::frame)).toList();
    }

    /** The sums of students on the same frames, as if one had seen each frame as often. */
    static StudentFrames together(List<StudentFrames> students) {
        SortedMap<String, FrameSums> sums = new TreeMap<>();
        students.forEach(student ->
                student.frames().forEach(frame -> sums.merge(frame.frame(), frame, (a, b) -> a.plus(b))));
        return new StudentFrames(List.copyOf(sums.values()));
    }

    boolean areOf(StudentFrames other) {
        return frames.stream()
                .map(FrameSums::frame)
                .toList()
                .equals(other.frames.stream().map(FrameSums::frame).toList());
    }
}
