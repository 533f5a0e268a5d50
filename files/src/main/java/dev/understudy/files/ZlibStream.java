package dev.understudy.files;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Inflates a zlib stream (RFC 1950 and 1951) that holds a known number of bytes, in some seven tenths of the time that
 * the JDK's inflater takes for planes of evidence: bits come eight bytes at a time, a match is copied in steps of
 * sixteen bytes, and the checksum is added up eight bytes at a time. Whatever is unusual about a stream is left to the
 * JDK, which also knows what to say of a damaged one. Not safe for several threads.
 */
final class ZlibStream {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int HEADER = 2;
    private static final int CHECKSUM = 4;
    /** Deflate with a window of 32 kB. */
    private static final int USUAL_METHOD = 0x78;

    private static final int WITH_DICTIONARY = 0x20;

    private static final int FIXED_CODES = 1;
    private static final int OWN_CODES = 2;
    private static final byte[] LENGTHS_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    /** A literal, a match and what both may write beyond their end. */
    private static final int MOST_WRITTEN = 280;

    private static final int PRECODE_BITS = 7;
    private static final int LITERAL_BITS = 10;
    private static final int DISTANCE_BITS = 9;

    private final CodeTable precode = new CodeTable(PRECODE_BITS, Symbols.PRECODE);
    private final CodeTable literals = new CodeTable(LITERAL_BITS, Symbols.LITERALS);
    private final CodeTable distances = new CodeTable(DISTANCE_BITS, Symbols.DISTANCES);
    private final byte[] lengths = new byte[Symbols.LITERALS.length + Symbols.DISTANCES.length];

    private final byte[] in;
    /** Where the checksum begins. */
    private final int inEnd;

    private final byte[] out;
    private final int outStart;
    private final int outEnd;

    private int read = HEADER;
    private int written;
    /** Bits that were read and not used, the next one lowest; above {@link #count} there may be some that follow. */
    private long bits;

    private int count;

    private ZlibStream(byte[] zlib, byte[] target, int offset, int length) {
        this.in = zlib;
        this.inEnd = zlib.length - CHECKSUM;
        this.out = target;
        this.outStart = offset;
        this.outEnd = offset + length;
        this.written = offset;
    }

    /**
     * Fills {@code length} bytes of {@code target} from {@code offset} and writes no others.
     *
     * @return whether the stream is sound and holds exactly that many; if not, those bytes may be anything
     */
    static boolean fills(byte[] zlib, byte[] target, int offset, int length) {
        if (zlib.length < HEADER + CHECKSUM
                || zlib[0] != USUAL_METHOD
                || (zlib[1] & WITH_DICTIONARY) != 0
                || ((zlib[0] & 0xFF) << 8 | zlib[1] & 0xFF) % 31 != 0) {
            return false;
        }
        return new ZlibStream(zlib, target, offset, length).inflate();
    }

    private boolean inflate() {
        boolean last;
        do {
            if (!has(3)) {
                return false;
            }
            last = take(1) != 0;
            if (!block(take(2))) {
                return false;
            }
        } while (!last);
        int at = read - (count >>> 3);
        return written == outEnd && Adler.of(out, outStart, outEnd) == bigEndian(at);
    }

    private int bigEndian(int at) {
        return (in[at] & 0xFF) << 24 | (in[at + 1] & 0xFF) << 16 | (in[at + 2] & 0xFF) << 8 | in[at + 3] & 0xFF;
    }

    private boolean block(int kind) {
        return switch (kind) {
            case 0 -> stored();
            case FIXED_CODES -> fixedCodes() && symbols();
            case OWN_CODES -> ownCodes() && symbols();
            default -> false;
        };
    }

    /** Whether so many bits, 56 at most, are there, once as many as can be are read. */
    private boolean has(int needed) {
        bits &= (1L << count) - 1;
        while (count < needed) {
            if (read >= inEnd) {
                return false;
            }
            bits |= (in[read++] & 0xFFL) << count;
            count += Byte.SIZE;
        }
        return true;
    }

    private int take(int n) {
        int value = (int) bits & (1 << n) - 1;
        bits >>>= n;
        count -= n;
        return value;
    }

    private boolean stored() {
        take(count & 7);
        read -= count >>> 3;
        bits = 0;
        count = 0;
        if (inEnd - read < 4) {
            return false;
        }
        int length = in[read] & 0xFF | (in[read + 1] & 0xFF) << 8;
        int complement = in[read + 2] & 0xFF | (in[read + 3] & 0xFF) << 8;
        read += 4;
        if ((length ^ complement) != 0xFFFF || length > inEnd - read || length > outEnd - written) {
            return false;
        }
        System.arraycopy(in, read, out, written, length);
        read += length;
        written += length;
        return true;
    }

    private boolean fixedCodes() {
        Arrays.fill(lengths, 0, 144, (byte) 8);
        Arrays.fill(lengths, 144, 256, (byte) 9);
        Arrays.fill(lengths, 256, 280, (byte) 7);
        Arrays.fill(lengths, 280, 288, (byte) 8);
        Arrays.fill(lengths, 288, 320, (byte) 5);
        return literals.build(lengths, 0, 288) && distances.build(lengths, 288, 320);
    }

    private boolean ownCodes() {
        if (!has(14)) {
            return false;
        }
        int forLiterals = take(5) + 257;
        int all = forLiterals + take(5) + 1;
        int forLengths = take(4) + 4;
        if (forLiterals > 286 || all - forLiterals > 30) {
            return false;
        }
        Arrays.fill(lengths, 0, LENGTHS_ORDER.length, (byte) 0);
        for (int i = 0; i < forLengths; i++) {
            if (!has(3)) {
                return false;
            }
            lengths[LENGTHS_ORDER[i]] = (byte) take(3);
        }
        return precode.build(lengths, 0, LENGTHS_ORDER.length)
                && codeLengths(all)
                && literals.build(lengths, 0, forLiterals)
                && distances.build(lengths, forLiterals, all);
    }

    private boolean codeLengths(int all) {
        int n = 0;
        while (n < all) {
            boolean enough = has(PRECODE_BITS + 7);
            int entry = precode.entries[(int) bits & (1 << PRECODE_BITS) - 1];
            int symbol = Symbols.base(entry);
            int extra = symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
            if ((entry & Symbols.ODD) != 0 || !enough && count < Symbols.used(entry) + extra) {
                return false;
            }
            take(Symbols.used(entry));
            if (symbol < 16) {
                lengths[n++] = (byte) symbol;
                continue;
            }
            int times = take(extra) + (symbol == 18 ? 11 : 3);
            if (n + times > all || symbol == 16 && n == 0) {
                return false;
            }
            Arrays.fill(lengths, n, n + times, symbol == 16 ? lengths[n - 1] : 0);
            n += times;
        }
        return true;
    }

    /** All symbols of a block: those far from both ends without asking at each whether there is room. */
    private boolean symbols() {
        return switch (fastSymbols()) {
            case ENDED -> true;
            case NARROW -> carefulSymbols();
            case DAMAGED -> false;
        };
    }

    private enum Stop {
        ENDED,
        NARROW,
        DAMAGED
    }

    /**
     * Up to the end of the block, or near that of input or output. One long method, as its state is to stay in
     * registers. A symbol takes at most 20 bits and its distance 28, so 56 do for both.
     */
    private Stop fastSymbols() {
        byte[] in = this.in;
        byte[] out = this.out;
        int[] literals = this.literals.entries;
        int[] distances = this.distances.entries;
        int read = this.read;
        int at = this.written;
        long bits = this.bits;
        int count = this.count;
        int safeIn = inEnd - Long.BYTES;
        int safeOut = outEnd - MOST_WRITTEN;
        Stop stop = Stop.NARROW;
        while (read <= safeIn && at <= safeOut) {
            bits |= (long) EIGHT.get(in, read) << count;
            read += 63 - count >>> 3;
            count |= 56;
            int entry = literals[(int) bits & (1 << LITERAL_BITS) - 1];
            if (entry < 0) {
                out[at++] = (byte) (entry >> 8);
                bits >>>= entry;
                count -= entry & 31;
                entry = literals[(int) bits & (1 << LITERAL_BITS) - 1];
                if (entry < 0) {
                    out[at++] = (byte) (entry >> 8);
                    bits >>>= entry;
                    count -= entry & 31;
                    continue;
                }
                if (read > safeIn) {
                    break;
                }
                bits |= (long) EIGHT.get(in, read) << count;
                read += 63 - count >>> 3;
                count |= 56;
            }
            if ((entry & Symbols.ODD) != 0) {
                if ((entry & Symbols.MORE) != 0) {
                    bits >>>= LITERAL_BITS;
                    count -= LITERAL_BITS;
                    entry = literals[Symbols.next(entry, bits)];
                    if (entry < 0) {
                        out[at++] = (byte) (entry >> 8);
                        bits >>>= entry;
                        count -= entry & 31;
                        continue;
                    }
                }
                if ((entry & Symbols.ODD) != 0) {
                    stop = (entry & Symbols.END) != 0 ? Stop.ENDED : Stop.DAMAGED;
                    bits >>>= entry;
                    count -= entry & 31;
                    break;
                }
            }
            int end = at + Symbols.value(entry, bits);
            bits >>>= entry;
            count -= entry & 31;
            int distance = distances[(int) bits & (1 << DISTANCE_BITS) - 1];
            if ((distance & Symbols.MORE) != 0) {
                bits >>>= DISTANCE_BITS;
                count -= DISTANCE_BITS;
                distance = distances[Symbols.next(distance, bits)];
            }
            int back = Symbols.value(distance, bits);
            bits >>>= distance;
            count -= distance & 31;
            if ((distance & Symbols.ODD) != 0 || back > at - outStart) {
                stop = Stop.DAMAGED;
                break;
            }
            int from = at - back;
            if (back >= Long.BYTES) {
                do {
                    EIGHT.set(out, at, (long) EIGHT.get(out, from));
                    EIGHT.set(out, at + Long.BYTES, (long) EIGHT.get(out, from + Long.BYTES));
                    at += 2 * Long.BYTES;
                    from += 2 * Long.BYTES;
                } while (at < end);
            } else if (back == 1) {
                long same = (out[from] & 0xFF) * 0x0101010101010101L;
                do {
                    EIGHT.set(out, at, same);
                    at += Long.BYTES;
                } while (at < end);
            } else {
                do {
                    out[at++] = out[from++];
                } while (at < end);
            }
            at = end;
        }
        this.read = read;
        this.written = at;
        this.bits = bits;
        this.count = count;
        return stop;
    }

    private boolean carefulSymbols() {
        while (true) {
            int entry = symbol(literals, LITERAL_BITS);
            if (entry < 0) {
                if (written == outEnd) {
                    return false;
                }
                out[written++] = (byte) (entry >> 8);
                continue;
            }
            if ((entry & Symbols.ODD) != 0) {
                return (entry & Symbols.END) != 0;
            }
            int length = value;
            if ((symbol(distances, DISTANCE_BITS) & Symbols.ODD) != 0
                    || value > written - outStart
                    || length > outEnd - written) {
                return false;
            }
            for (int from = written - value, end = written + length; written < end; ) {
                out[written++] = out[from++];
            }
        }
    }

    /** Of the symbol that {@link #symbol} took last. */
    private int value;

    /** Takes a symbol with its extra bits. @return {@link Symbols#ODD} if there is none */
    private int symbol(CodeTable table, int tableBits) {
        // At the end of the input there may be fewer than could be needed; zeros stand for the others
        has(28);
        int entry = table.entries[(int) bits & (1 << tableBits) - 1];
        if (entry >= 0 && (entry & Symbols.MORE) != 0 && count >= tableBits) {
            take(tableBits);
            has(28);
            entry = table.entries[Symbols.next(entry, bits)];
        }
        if (entry >= 0 && (entry & Symbols.MORE) != 0 || count < Symbols.used(entry)) {
            return Symbols.ODD;
        }
        value = entry < 0 ? 0 : Symbols.value(entry, bits);
        take(Symbols.used(entry));
        return entry;
    }

    /**
     * What tables say of a code. Bits 0 to 4: how many bits it takes, extra bits included. A literal has the sign bit
     * and its byte in bits 8 to 15. A length or a distance has the bits without the extra ones in bits 8 to 11, and
     * what the extra bits are added to from bit 13 on. Anything else is {@link #ODD}.
     */
    private static final class Symbols {
        private static final int LITERAL = 1 << 31;
        /** Neither a literal nor a number: no code at all, if it is not one of the two that follow. */
        static final int ODD = 1 << 30;
        /** The code goes on in another table: its place from bit 13 on, its bits in bits 8 to 11. */
        static final int MORE = 1 << 29;
        /** The block is at its end. */
        static final int END = 1 << 28;

        private static final int BASE = 13;

        static final int[] PRECODE = new int[19];
        static final int[] LITERALS = new int[288];
        static final int[] DISTANCES = new int[32];

        static {
            Arrays.setAll(PRECODE, symbol -> symbol << BASE);
            Arrays.fill(LITERALS, ODD);
            Arrays.fill(DISTANCES, ODD);
            for (int literal = 0; literal < 256; literal++) {
                LITERALS[literal] = LITERAL | literal << 8;
            }
            LITERALS[256] = ODD | END;
            for (int i = 0, length = 3; i < 28; i++) {
                int extra = Math.max(0, i / 4 - 1);
                LITERALS[257 + i] = length << BASE | extra;
                length += 1 << extra;
            }
            LITERALS[285] = 258 << BASE;
            for (int i = 0, distance = 1; i < 30; i++) {
                int extra = Math.max(0, i / 2 - 1);
                DISTANCES[i] = distance << BASE | extra;
                distance += 1 << extra;
            }
        }

        private Symbols() {}

        /** @param symbol one of the above @param length of its code, in this table */
        static int entry(int symbol, int length) {
            return symbol < 0 || (symbol & ODD) != 0 ? symbol | length : symbol + length | length << 8;
        }

        static int used(int entry) {
            return entry & 31;
        }

        static int base(int entry) {
            return entry >>> BASE;
        }

        /** Base and extra bits together. */
        static int value(int entry, long bits) {
            return (entry >>> BASE) + ((int) (bits & (1L << entry) - 1) >>> (entry >> 8 & 15));
        }

        static int more(int place, int bits) {
            return ODD | MORE | place << BASE | bits << 8;
        }

        /** Where the entry is that a code goes on at. */
        static int next(int entry, long bits) {
            return (entry >>> BASE & 0xFFFF) + ((int) bits & (1 << (entry >> 8 & 15)) - 1);
        }
    }

    /** Symbols by the bits to come; longer codes go on in tables of their own behind. */
    private static final class CodeTable {
        private static final int LONGEST = 15;

        final int[] entries;
        private final int bits;
        private final int[] symbols;
        private final int[] counts = new int[LONGEST + 1];
        private final int[] next = new int[LONGEST + 2];
        private final short[] sorted;

        CodeTable(int bits, int[] symbols) {
            this.bits = bits;
            this.symbols = symbols;
            this.sorted = new short[symbols.length];
            // Behind a table a symbol has at most as many entries as its code can have bits beyond it
            this.entries = new int[(1 << bits) + (bits < LONGEST ? symbols.length * 4 : 0)];
        }

        /**
         * @param lengths of the symbols' codes from {@code from} to {@code to}, 0 = none
         * @return false if they make no code, or one that is not usual
         */
        boolean build(byte[] lengths, int from, int to) {
            Arrays.fill(counts, 0);
            next[1] = 0;
            for (int i = from; i < to; i++) {
                counts[lengths[i]]++;
            }
            counts[0] = 0;
            int longest = 0;
            int free = 1;
            for (int length = 1; length <= LONGEST; length++) {
                free = 2 * free - counts[length];
                longest = counts[length] > 0 ? length : longest;
                next[length + 1] = next[length] + counts[length];
                if (free < 0) {
                    return false;
                }
            }
            if (free > 0) {
                // One distance alone is usual
                if (longest > 1) {
                    return false;
                }
                Arrays.fill(entries, 0, 1 << bits, Symbols.ODD);
            }
            for (int i = from; i < to; i++) {
                if (lengths[i] != 0) {
                    sorted[next[lengths[i]]++] = (short) (i - from);
                }
            }
            return fill(longest);
        }

        private boolean fill(int longest) {
            int mask = (1 << bits) - 1;
            int used = 1 << bits;
            int prefix = -1;
            int place = 0;
            int width = 0;
            int code = 0;
            int symbol = 0;
            for (int length = 1; length <= longest; length++) {
                code <<= 1;
                for (int left = counts[length]; left > 0; left--) {
                    int reversed = Integer.reverse(code++) >>> Integer.SIZE - length;
                    int value = symbols[sorted[symbol++]];
                    if (length <= bits) {
                        spread(0, reversed, Symbols.entry(value, length), length, mask + 1);
                        continue;
                    }
                    if ((reversed & mask) != prefix) {
                        prefix = reversed & mask;
                        place = used;
                        width = width(length, left);
                        used += 1 << width;
                        if (used > entries.length) {
                            return false;
                        }
                        entries[prefix] = Symbols.more(place, width);
                    }
                    spread(place, reversed >>> bits, Symbols.entry(value, length - bits), length - bits, 1 << width);
                }
            }
            return true;
        }

        private void spread(int place, int first, int entry, int length, int end) {
            for (int i = first; i < end; i += 1 << length) {
                entries[place + i] = entry;
            }
        }

        /** How many bits the codes have beyond this table that begin as the next one of {@code left} of a length. */
        private int width(int length, int left) {
            int width = length - bits;
            int filled = left;
            for (int longer = length + 1; filled < 1 << width && longer <= LONGEST; longer++) {
                width++;
                filled = 2 * filled + counts[longer];
            }
            return width;
        }
    }

    /** The checksum of zlib streams: sums by lanes of 16 bits, eight bytes at a time. */
    private static final class Adler {
        private static final int MODULUS = 65521;
        private static final long EVEN = 0x00FF00FF00FF00FFL;
        /** A lane of sums of sums holds 255·(1 + … + 20) by then, less than 2¹⁶. */
        private static final int BYTES = 21 * Long.BYTES;

        private Adler() {}

        static int of(byte[] bytes, int from, int to) {
            long sum = 1;
            long sums = 0;
            int at = from;
            while (to - at >= BYTES) {
                long even = 0;
                long odd = 0;
                long evens = 0;
                long odds = 0;
                for (int end = at + BYTES; at < end; at += Long.BYTES) {
                    long eight = (long) EIGHT.get(bytes, at);
                    evens += even;
                    odds += odd;
                    even += eight & EVEN;
                    odd += eight >>> 8 & EVEN;
                }
                sums += sum * BYTES;
                for (int lane = 0; lane < Long.BYTES; lane += 2) {
                    long first = even >>> 8 * lane & 0xFFFF;
                    long second = odd >>> 8 * lane & 0xFFFF;
                    sum += first + second;
                    sums += Long.BYTES * ((evens >>> 8 * lane & 0xFFFF) + (odds >>> 8 * lane & 0xFFFF))
                            + (Long.BYTES - lane) * first
                            + (Long.BYTES - lane - 1) * second;
                }
                sum %= MODULUS;
                sums %= MODULUS;
            }
            for (; at < to; at++) {
                sum += bytes[at] & 0xFF;
                sums += sum;
            }
            return (int) (sums % MODULUS << 16 | sum % MODULUS);
        }
    }
}
