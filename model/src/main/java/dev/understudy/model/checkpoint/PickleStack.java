package dev.understudy.model.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a running pickle works on: a stack with marks, and a memo of values to come back to. */
final class PickleStack {
    private final Function<String, CheckpointException> failure;
    private final List<Object> values = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();

    PickleStack(Function<String, CheckpointException> failure) {
        this.failure = failure;
    }

    Object push(Object value) {
        values.add(value);
        return value;
    }

    Object top() {
        need(1);
        return values.get(values.size() - 1);
    }

    Object pop() {
        need(1);
        return values.remove(values.size() - 1);
    }

    /** The topmost values, the lowest first. */
    List<Object> popLast(int count) {
        need(count);
        return cutFrom(values.size() - count);
    }

    void mark() {
        marks.add(values.size());
    }

    /** All above the last mark, which goes too. */
    List<Object> popToMark() {
        if (marks.isEmpty()) {
            throw failure.apply("the pickle looks for a mark that is not there; the file is damaged");
        }
        return cutFrom(marks.remove(marks.size() - 1));
    }

    /** Takes off a value, or the last mark if nothing is above it. */
    void popOrUnmark() {
        if (values.size() == floor() && !marks.isEmpty()) {
            marks.remove(marks.size() - 1);
        } else {
            pop();
        }
    }

    void memorise(long index) {
        memo.put(index, top());
    }

    void memoriseNext() {
        memorise(memo.size());
    }

    Object recall(long index) {
        Object value = memo.get(index);
        if (value == null) {
            throw failure.apply("memo entry " + index + " does not exist; the file is damaged");
        }
        return value;
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    private void need(int count) {
        if (values.size() - count < floor()) {
            throw failure.apply("the pickle takes more off its stack than there is; the file is damaged");
        }
    }

    private ArrayList<Object> cutFrom(int from) {
        List<Object> tail = values.subList(from, values.size());
        ArrayList<Object> cut = new ArrayList<>(tail);
        tail.clear();
        return cut;
    }
}
