package dev.understudy.cli.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.understudy.cli.export.ExportLabelsCommand.LabelFormat;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.AtomicFile;
import dev.understudy.pipeline.filter.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * {@code labels.json} as the COCO tools read it: one "stuff" segment for each class of each picture, as compressed run
 * lengths with area and box. A segment's {@code score} is the mean weight of its pixels; dropped pixels are in no
 * segment, and an image tells the share that was {@code kept} and the mean {@code reliability} of its answers.
 * Categories are numbered from 1 in the order of the class space. {@code file_name} is relative to the manifest's
 * folder.
 */
final class CocoLabels implements LabelFormat {
    private static final String FILE = "labels.json";

    /** What is written of a picture once its segments are. */
    private record Image(int id, String frame, String file, int width, int height, double reliability, double kept) {
        static Image of(int id, LabelledFrame frame) {
            return new Image(
                    id,
                    frame.record().id(),
                    frame.record().rgb(),
                    frame.width(),
                    frame.height(),
                    rounded(frame.reliability()),
                    rounded(frame.kept()));
        }
    }

    @Override
    public Path write(Path out, ClassSpace classes, Provenance made, Iterator<LabelledFrame> frames)
            throws IOException {
        Path file = out.resolve(FILE);
        AtomicFile.write(file, stream -> {
            try (JsonGenerator json =
                    new JsonFactory().createGenerator(stream).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
                json.writeStartObject();
                info(json, made);
                json.writeArrayFieldStart("licenses");
                json.writeEndArray();
                categories(json, classes);
                List<Image> images = annotations(json, classes, frames);
                images(json, images);
                json.writeEndObject();
            }
        });
        return file;
    }

    private static double rounded(double share) {
        return Math.round(1e4 * share) / 1e4;
    }

    private static void info(JsonGenerator json, Provenance made) throws IOException {
        json.writeObjectFieldStart("info");
        json.writeStringField("description", "pseudo-labels made by Understudy");
        json.writeObjectFieldStart("understudy");
        for (Map.Entry<String, String> entry : made.entries().entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void categories(JsonGenerator json, ClassSpace classes) throws IOException {
        json.writeArrayFieldStart("categories");
        for (int i = 0; i < classes.size(); i++) {
            int colour = classes.classes().get(i).colour();
            json.writeStartObject();
            json.writeNumberField("id", i + 1);
            json.writeStringField("name", classes.className(i));
            json.writeStringField("supercategory", classes.name());
            json.writeNumberField("isthing", 0);
            json.writeFieldName("color");
            json.writeArray(new int[] {colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF}, 0, 3);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static List<Image> annotations(JsonGenerator json, ClassSpace classes, Iterator<LabelledFrame> frames)
            throws IOException {
        List<Image> images = new ArrayList<>();
        long next = 1;
        json.writeArrayFieldStart("annotations");
        while (frames.hasNext()) {
            LabelledFrame frame = frames.next();
            int id = frame.index() + 1;
            images.add(Image.of(id, frame));
            for (Segment segment : Segment.of(frame, classes.size())) {
                write(json, next++, id, frame, segment);
            }
        }
        json.writeEndArray();
        return images;
    }

    private static void write(JsonGenerator json, long id, int image, LabelledFrame frame, Segment segment)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", id);
        json.writeNumberField("image_id", image);
        json.writeNumberField("category_id", segment.category + 1);
        json.writeNumberField("iscrowd", 0);
        json.writeNumberField("area", segment.area);
        json.writeFieldName("bbox");
        json.writeArray(segment.box(), 0, 4);
        json.writeNumberField("score", rounded(segment.weight / segment.area));
        json.writeObjectFieldStart("segmentation");
        json.writeFieldName("size");
        json.writeArray(new int[] {frame.height(), frame.width()}, 0, 2);
        json.writeStringField(
                "counts",
                RunLengths.of(frame.label().labels().classes(), frame.width(), frame.height(), segment.category));
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void images(JsonGenerator json, List<Image> images) throws IOException {
        json.writeArrayFieldStart("images");
        for (Image image : images) {
            json.writeStartObject();
            json.writeNumberField("id", image.id);
            json.writeStringField("file_name", image.file);
            json.writeNumberField("width", image.width);
            json.writeNumberField("height", image.height);
            json.writeStringField("frame", image.frame);
            json.writeNumberField("reliability", image.reliability);
            json.writeNumberField("kept", image.kept);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** All pixels of one class in one picture. */
    private static final class Segment {
        private final int category;
        private int left = Integer.MAX_VALUE;
        private int top = Integer.MAX_VALUE;
        private int right = -1;
        private int bottom = -1;
        private int area;
        private double weight;

        private Segment(int category) {
            this.category = category;
        }

        static List<Segment> of(LabelledFrame frame, int classes) {
            Segment[] segments = new Segment[LabelMap.IGNORE + 1];
            for (int i = 0; i < classes; i++) {
                segments[i] = new Segment(i);
            }
            byte[] labels = frame.label().labels().classes();
            for (int i = 0; i < labels.length; i++) {
                Segment segment = segments[labels[i] & 0xFF];
                if (segment != null) {
                    segment.add(
                            i % frame.width(), i / frame.width(), frame.label().weight()[i]);
                }
            }
            List<Segment> found = new ArrayList<>();
            for (Segment segment : segments) {
                if (segment != null && segment.area > 0) {
                    found.add(segment);
                }
            }
            return found;
        }

        private void add(int x, int y, float share) {
            left = Math.min(left, x);
            right = Math.max(right, x);
            top = Math.min(top, y);
            bottom = Math.max(bottom, y);
            area++;
            weight += share;
        }

        int[] box() {
            return new int[] {left, top, right - left + 1, bottom - top + 1};
        }
    }

    /**
     * A mask as the COCO tools keep it: lengths of runs down the columns, first of 0, then of 1 and so on, each written
     * as its difference from the one two before in groups of five bits, lowest first, from the character '0' on.
     */
    static final class RunLengths {
        private static final int GROUP = 5;
        private static final int MORE = 1 << GROUP;
        private static final int SIGN = 1 << (GROUP - 1);

        private final StringBuilder text = new StringBuilder();
        private long twoBefore;
        private long before;
        private int runs;

        private RunLengths() {}

        /** @param classes row-major, {@code width · height}. @return the mask of one class */
        static String of(byte[] classes, int width, int height, int wanted) {
            RunLengths lengths = new RunLengths();
            long run = 0;
            boolean inside = false;
            for (int x = 0; x < width; x++) {
                for (int y = 0; y < height; y++) {
                    boolean now = (classes[y * width + x] & 0xFF) == wanted;
                    if (now != inside) {
                        lengths.add(run);
                        run = 0;
                        inside = now;
                    }
                    run++;
                }
            }
            lengths.add(run);
            return lengths.text.toString();
        }

        private void add(long run) {
            long rest = runs > 2 ? run - twoBefore : run;
            boolean more = true;
            while (more) {
                long bits = rest & (MORE - 1);
                rest >>= GROUP;
                more = (bits & SIGN) != 0 ? rest != -1 : rest != 0;
                text.append((char) ('0' + (more ? bits | MORE : bits)));
            }
            twoBefore = before;
            before = run;
            runs++;
        }
    }
}
