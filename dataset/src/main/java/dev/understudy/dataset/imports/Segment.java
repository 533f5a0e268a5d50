package dev.understudy.dataset.imports;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One of the {@code annotations} of a COCO file, without its mask.
 *
 * @param id of it
 * @param image that it is in
 * @param category of it
 * @param height of its mask
 * @param width of its mask
 * @param offset of its first byte in the file
 */
record Segment(long id, long image, long category, int height, int width, long offset) {
    private static final int LARGEST = 1 << 16;

    /** Reads the object at which the parser stands, and tells of its runs. */
    static Segment read(Path file, JsonParser json, RunLengthReader.Runs runs) throws IOException {
        return new Reading(file, json).read(runs);
    }

    /** What is known of a segment so far: its parts come in any order. */
    private static final class Reading {
        private final Path file;
        private final JsonParser json;
        private final long offset;
        private long id = -1;
        private long image = -1;
        private long category = -1;
        private final int[] size = {-1, -1};
        private long sum = -1;

        Reading(Path file, JsonParser json) {
            this.file = file;
            this.json = json;
            this.offset = json.currentTokenLocation().getByteOffset();
        }

        Segment read(RunLengthReader.Runs runs) throws IOException {
            CocoFile.require(json, JsonToken.START_OBJECT, file + ": annotations: ");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "id" -> id = CocoFile.number(json, subject());
                    case "image_id" -> image = CocoFile.number(json, subject());
                    case "category_id" -> category = CocoFile.number(json, subject());
                    case "segmentation" -> mask(runs);
                    default -> json.skipChildren();
                }
            }
            if (image < 0 || category < 0 || sum < 0 || size[0] < 0) {
                throw new DataException(
                        subject() + "expected image_id, category_id and a segmentation with size and counts");
            }
            if ((long) size[0] * size[1] != sum) {
                throw new DataException(subject() + "found counts of " + sum + " pixels in all, expected those of "
                        + size[1] + "×" + size[0] + "; export it again");
            }
            return new Segment(id, image, category, size[0], size[1], offset);
        }

        private void mask(RunLengthReader.Runs runs) throws IOException {
            if (json.currentToken() == JsonToken.START_ARRAY) {
                throw new DataException(subject() + "found polygons, expected run lengths, which say of each"
                        + " pixel whether it is inside; export masks, or convert them by pycocotools' annToRLE");
            }
            CocoFile.require(json, JsonToken.START_OBJECT, subject() + "segmentation: ");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "size" -> size();
                    case "counts" -> sum = RunLengthReader.read(json, subject(), runs);
                    default -> json.skipChildren();
                }
            }
        }

        private void size() throws IOException {
            CocoFile.require(json, JsonToken.START_ARRAY, subject() + "size: ");
            int read = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                long length = CocoFile.number(json, subject());
                if (read == 2 || length < 1 || length > LARGEST) {
                    throw new DataException(subject() + "size: expected height and width, each 1 to " + LARGEST);
                }
                size[read++] = (int) length;
            }
            if (read != 2) {
                throw new DataException(subject() + "size: expected height and width");
            }
        }

        private String subject() {
            return file + ": annotation " + (id < 0 ? "at byte " + offset : String.valueOf(id)) + ": ";
        }
    }

    /**
     * Lengths of runs as the COCO tools write them, a list of numbers or a text: down the columns, first of 0, then of
     * 1 and so on. Nothing is kept of them but their sum, so a list of any length takes no memory.
     */
    private static final class RunLengthReader {
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
                        throw new DataException(subject + "found '" + CocoFile.shown(json)
                                + "' among its counts, expected whole numbers");
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
}
