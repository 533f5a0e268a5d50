package dev.understudy.dataset.imports.coco;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.files.DataException;
import java.io.IOException;

/**
 * Lengths of runs as the COCO tools write them, a list of numbers or a text: down the columns, first of 0, then of 1 and so on.
 * Nothing is kept of them but their sum, so a list of any length takes no memory.
 */
final class RunLengthReader {
    private static final int GROUP = 5;
    private static final int MORE = 1 << GROUP;
    private static final int SIGN = 1 << (GROUP - 1);

    /** Bits that a length can have, with room for its sign: more are an attack. */
    private static final int MOST_SHIFT = 35;

    private final Runs runs;
    private long sum;
    private boolean inside;

    /** Is told of each run of 1. */
    @FunctionalInterface
    interface Runs {
        /** @param from place of the first pixel, counted down the columns */
        void run(long from, long length);
    }

    RunLengthReader(Runs runs) {
        this.runs = runs;
    }

    /**
     * Reads the value at which the parser stands.
     *
     * @param subject begins messages
     * @return the sum of all lengths
     */
    static long read(JsonParser json, String subject, Runs runs) throws IOException {
        RunLengthReader reader = new RunLengthReader(runs);
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            reader.compressed(json.getText(), subject);
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                    throw new DataException(
                            subject + "found '" + CocoFile.shown(json) + "' among its counts, expected whole numbers");
                }
                reader.add(json.getLongValue(), subject);
            }
        } else {
            throw new DataException(subject + "found no counts, expected a text or a list of run lengths");
        }
        return reader.sum;
    }

    private void compressed(String text, String subject) {
        long before = 0;
        long twoBefore = 0;
        int count = 0;
        for (int at = 0; at < text.length(); count++) {
            long value = 0;
            int shift = 0;
            int bits = MORE;
            while ((bits & MORE) != 0) {
                bits = at < text.length() ? text.charAt(at++) - '0' : -1;
                if (bits < 0 || bits >= 2 * MORE || shift > MOST_SHIFT) {
                    throw new DataException(subject + "found counts that are damaged at character " + at
                            + ", expected compressed run lengths");
                }
                value |= (long) (bits & MORE - 1) << shift;
                shift += GROUP;
            }
            if ((bits & SIGN) != 0) {
                value |= -1L << shift;
            }
            long length = count > 2 ? value + twoBefore : value;
            add(length, subject);
            twoBefore = before;
            before = length;
        }
    }

    private void add(long length, String subject) {
        if (length < 0 || length > ImageHeader.DEFAULT_MAX_PIXELS - sum) {
            throw new DataException(subject + "found a run of " + length + " pixels after " + sum
                    + ", expected no less than 0 and no more than " + ImageHeader.DEFAULT_MAX_PIXELS + " in all");
        }
        if (inside && length > 0) {
            runs.run(sum, length);
        }
        sum += length;
        inside = !inside;
    }
}
