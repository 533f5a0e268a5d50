package dev.understudy.model.checkpoint;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs one pickle (protocols 1 to 5) and yields its value: {@link Long}, {@link BigInteger}, {@link Double},
 * {@link Boolean}, {@link String}, {@code byte[]}, {@link ArrayList} for lists, {@link Tuple}, {@link PickleDict}, a
 * {@link PickleGlobal}, whatever {@link Calls} returned, or {@link Absent}.
 *
 * <p>Time and memory are bounded by a budget of operations; a call that copies n values costs n more. Values are never
 * hashed, compared or printed, so their nesting does no harm.
 */
final class PickleReader {
    /** Some 20,000 tensors take as many; the values that they can make stay under 100 MB. */
    private static final int MOST_OPERATIONS = 1_000_000;

    private static final int MOST_BYTES = 64 << 20;
    private static final int LONGEST_LINE = 512;
    private static final int LONGEST_INTEGER = 1024;

    /** Gives meaning to what a pickle asks from the outside world. */
    interface Calls {
        /** A global applied to arguments. */
        Object call(PickleGlobal global, List<Object> arguments, PickleReader reader);

        /** What a persistent id stands for. */
        Object load(Object id, PickleReader reader);
    }

    /** Values of no interest. */
    enum Absent {
        NONE,
        INERT
    }

    record Tuple(List<Object> items) {}

    private final ByteCursor in;
    private final Calls calls;
    private final int start;
    private final PickleStack stack = new PickleStack(this::failure);
    private int budget = MOST_OPERATIONS;

    PickleReader(ByteCursor in, Calls calls) {
        this.in = in;
        this.calls = calls;
        this.start = in.position();
    }

    /** Reads up to and with the stop opcode. */
    Object read() {
        while (true) {
            int opcode = in.u8("pickle opcode");
            if (opcode == '.') {
                return stack.pop();
            }
            charge(1);
            if (!literal(opcode) && !text(opcode) && !collection(opcode) && !memo(opcode) && !global(opcode)) {
                throw failure("the pickle opcode 0x" + Integer.toHexString(opcode) + " is not one of those that"
                        + " checkpoints use");
            }
        }
    }

    /** Takes {@code cost} off the budget. */
    void charge(int cost) {
        budget -= cost;
        if (budget < 0 || in.position() - start > MOST_BYTES) {
            throw failure("the pickle takes more than " + MOST_OPERATIONS + " operations or " + MOST_BYTES
                    + " bytes; save only the state dict");
        }
    }

    CheckpointException failure(String problem) {
        return in.failure(problem + " (pickle, before byte " + in.position() + ")");
    }

    private boolean literal(int opcode) {
        switch (opcode) {
            case 0x80 -> protocol();
            case 0x95 -> frame();
            case 'N' -> stack.push(Absent.NONE);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'J' -> stack.push((long) in.i32("integer"));
            case 'K' -> stack.push((long) in.u8("integer"));
            case 'M' -> stack.push((long) in.u16("integer"));
            case 'I', 'L' -> stack.push(decimal(in.line(LONGEST_LINE, "integer")));
            case 0x8a -> stack.push(integer(in.u8("length of an integer")));
            case 0x8b -> stack.push(integer(in.u32("length of an integer")));
            case 'G' -> stack.push(Double.longBitsToDouble(Long.reverseBytes(in.i64("float"))));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean text(int opcode) {
        switch (opcode) {
            case 0x8c -> stack.push(in.utf8(in.u8("length of a string"), "string"));
            case 'X' -> stack.push(in.utf8(bounded(in.u32("length of a string")), "string"));
            case 0x8d -> stack.push(in.utf8(bounded(in.i64("length of a string")), "string"));
            // What Python 2 calls a string: names are ASCII, anything else is of no interest.
            case 'U' -> stack.push(latin1(in.u8("length of a string")));
            case 'T' -> stack.push(latin1(bounded(in.u32("length of a string"))));
            case 'C' -> stack.push(in.array(in.u8("length of bytes"), "bytes"));
            case 'B' -> stack.push(in.array(bounded(in.u32("length of bytes")), "bytes"));
            case 0x8e, 0x96 -> stack.push(in.array(bounded(in.i64("length of bytes")), "bytes"));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean collection(int opcode) {
        switch (opcode) {
            case '(' -> stack.mark();
            case '0' -> stack.popOrUnmark();
            case '1' -> stack.popToMark();
            case '2' -> stack.push(stack.top());
            case ')' -> stack.push(new Tuple(List.of()));
            case 0x85 -> stack.push(new Tuple(List.of(stack.pop())));
            case 0x86 -> stack.push(new Tuple(stack.popLast(2)));
            case 0x87 -> stack.push(new Tuple(stack.popLast(3)));
            case 't' -> stack.push(new Tuple(stack.popToMark()));
            case ']', 0x8f -> stack.push(new ArrayList<>(0));
            case 'l', 0x91 -> stack.push(stack.popToMark());
            case '}' -> stack.push(new PickleDict());
            case 'd' -> putAll(stack.popToMark(), stack.push(new PickleDict()));
            case 'a' -> append(List.of(stack.pop()));
            case 'e', 0x90 -> append(stack.popToMark());
            case 's' -> putAll(stack.popLast(2), stack.top());
            case 'u' -> putAll(stack.popToMark(), stack.top());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memo(int opcode) {
        switch (opcode) {
            case 'q' -> stack.memorise(in.u8("memo index"));
            case 'r' -> stack.memorise(in.u32("memo index"));
            case 0x94 -> stack.memoriseNext();
            case 'h' -> stack.push(stack.recall(in.u8("memo index")));
            case 'j' -> stack.push(stack.recall(in.u32("memo index")));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean global(int opcode) {
        switch (opcode) {
            case 'c' -> stack.push(global(in.line(LONGEST_LINE, "module name"), in.line(LONGEST_LINE, "global name")));
            case 0x93 -> {
                Object name = stack.pop();
                stack.push(global(string(stack.pop(), "a module name"), string(name, "a global's name")));
            }
            case 'R', 0x81 -> {
                List<Object> arguments = sequence(stack.pop(), "the arguments of a call");
                stack.push(call(stack.pop(), arguments));
            }
            // State of an object beyond its items, such as the versions that a state dict keeps in _metadata.
            case 'b' -> {
                stack.pop();
                stack.top();
            }
            case 'Q' -> stack.push(calls.load(stack.pop(), this));
            default -> {
                return false;
            }
        }
        return true;
    }

    private PickleGlobal global(String module, String name) {
        return PickleGlobal.find(module, name)
                .orElseThrow(() -> failure("the global " + ByteCursor.quote(module + "." + name)
                        + " is not among those that a checkpoint may name, and nothing of it was run; if you trust the"
                        + " file, load it in PyTorch and save model.state_dict() alone"));
    }

    Object call(Object callee, List<Object> arguments) {
        if (callee instanceof PickleGlobal global) {
            return calls.call(global, arguments, this);
        }
        throw failure("a call of something that is no global");
    }

    /** The items of a list or tuple. */
    List<Object> sequence(Object value, String what) {
        if (value instanceof Tuple tuple) {
            return tuple.items();
        }
        return items(value, what);
    }

    String string(Object value, String what) {
        if (value instanceof String text) {
            return text;
        }
        throw failure(what + " is no string");
    }

    long integer(Object value, String what) {
        if (value instanceof Long number) {
            return number;
        }
        throw failure(what + " is no integer of 64 bits");
    }

    @SuppressWarnings("unchecked")
    private List<Object> items(Object value, String what) {
        if (value instanceof ArrayList<?> list) {
            return (List<Object>) list;
        }
        throw failure(what + " are no list or tuple");
    }

    private void protocol() {
        int version = in.u8("protocol");
        if (version > 5) {
            throw failure("pickle protocol " + version + "; 5 is the newest that is known");
        }
    }

    private void frame() {
        long length = in.i64("length of a frame");
        if (length < 0 || length > in.remaining()) {
            throw failure("a frame of " + Long.toUnsignedString(length) + " bytes with " + in.remaining()
                    + " left; the file is damaged or cut off");
        }
    }

    /** A length that keeps the pickle within its bound, before anything of that length is made. */
    private long bounded(long length) {
        if (length < 0 || length > MOST_BYTES - (in.position() - start)) {
            throw failure(
                    "a string of " + Long.toUnsignedString(length) + " bytes, in a pickle of at most " + MOST_BYTES);
        }
        return length;
    }

    private Object decimal(String text) {
        if (text.equals("00") || text.equals("01")) {
            return text.equals("01");
        }
        try {
            return narrow(new BigInteger(text.endsWith("L") ? text.substring(0, text.length() - 1) : text));
        } catch (NumberFormatException e) {
            throw failure("the integer " + ByteCursor.quote(text) + " is none");
        }
    }

    private Object integer(long length) {
        if (length > LONGEST_INTEGER) {
            throw failure("an integer of " + length + " bytes");
        }
        byte[] bytes = in.array(length, "integer");
        byte[] bigEndian = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            bigEndian[i] = bytes[bytes.length - 1 - i];
        }
        return bytes.length == 0 ? 0L : narrow(new BigInteger(bigEndian));
    }

    private static Object narrow(BigInteger value) {
        if (value.bitLength() < 64) {
            return value.longValue();
        }
        return value;
    }

    private String latin1(long length) {
        return new String(in.array(length, "string"), StandardCharsets.ISO_8859_1);
    }

    private void append(List<Object> values) {
        Object target = stack.top();
        if (target != Absent.INERT) {
            items(target, "what is appended to").addAll(values);
        }
    }

    private void putAll(List<Object> pairs, Object target) {
        if (pairs.size() % 2 != 0) {
            throw failure("a dictionary with a key that has no value; the file is damaged");
        }
        if (target instanceof PickleDict dict) {
            for (int i = 0; i < pairs.size(); i += 2) {
                dict.put(pairs.get(i), pairs.get(i + 1));
            }
        } else if (target != Absent.INERT) {
            throw failure("items are set on something that is no dictionary");
        }
    }

    /** What a running pickle works on: a stack with marks, and a memo of values to come back to. */
    private static final class PickleStack {
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
}
