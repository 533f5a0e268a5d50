package dev.understudy.dataset.imports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.understudy.conf.Suggestion;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.imports.CorrectionsImport.CorrectedLabels;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * "Stuff" segments of COCO's object format, their masks as run lengths. The file is read once and checked as a whole;
 * of a segment only its place in the file is kept, and its mask is read when its frame is asked for. Where segments
 * overlap, the later one counts. A picture is a frame by its {@code frame}, or by its {@code file_name}, which is the
 * frame's picture or its id with an ending. Categories are classes by name; {@code background} is "ignore".
 */
public final class CocoFile implements CorrectedLabels {
    private static final String BACKGROUND = "background";
    private static final int MOST_IMAGES = 1_000_000;
    private static final int MOST_CATEGORIES = 10_000;
    private static final int MOST_SEGMENTS = 4_000_000;
    private static final int LONGEST_SHOWN = 80;

    /** A run of each pixel has a character or two. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength((int) (2 * ImageHeader.DEFAULT_MAX_PIXELS))
                    .maxNestingDepth(64)
                    .build())
            .build();

    private final Path file;
    private final Map<Long, Integer> classOf = new HashMap<>();
    private final Map<Long, CocoImage> images = new LinkedHashMap<>();
    private final Map<String, CocoImage> byFrame = new LinkedHashMap<>();
    private final Map<Long, List<Segment>> segments = new HashMap<>();
    private int segmentCount;

    private CocoFile(Path file) {
        this.file = file;
    }

    /** @throws DataException if the file is no such one, a category is no class, or a mask is damaged */
    public static CocoFile open(Path file, Manifest manifest, ClassSpace classes) {
        CocoFile coco = new CocoFile(file);
        try (InputStream in = Files.newInputStream(file);
                JsonParser json = JSON.createParser(in)) {
            coco.read(json, new CocoImage.Names(manifest), classes);
        } catch (JsonProcessingException e) {
            throw damaged(file, e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read (" + e.getMessage() + "); check the path", e);
        }
        coco.check();
        return coco;
    }

    private static DataException damaged(Path file, JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        String what = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        return new DataException(
                file + ": found no whole JSON" + where + " (" + what.substring(0, Math.min(200, what.length()))
                        + "), expected COCO's object format",
                e);
    }

    private void read(JsonParser json, CocoImage.Names names, ClassSpace classes) throws IOException {
        json.nextToken();
        require(json, JsonToken.START_OBJECT, file + ": ");
        if (json.currentTokenLocation().getByteOffset() < 0) {
            throw new DataException(file + ": found another encoding, expected UTF-8");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "images" -> each(json, "images", () -> add(CocoImage.read(file, json, names)));
                case "categories" -> each(json, "categories", () -> category(json, classes));
                case "annotations" ->
                    each(json, "annotations", () -> add(Segment.read(file, json, (from, length) -> {})));
                default -> json.skipChildren();
            }
        }
    }

    /** Reads one element of a list. */
    private interface Element {
        void read() throws IOException;
    }

    private void each(JsonParser json, String list, Element element) throws IOException {
        require(json, JsonToken.START_ARRAY, file + ": " + list + ": ");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    private void add(CocoImage image) {
        if (images.put(image.id(), image) != null) {
            throw new DataException(file + ": images: found id " + image.id() + " for the second time");
        }
        CocoImage before = byFrame.put(image.frame(), image);
        if (before != null) {
            throw new DataException(file + ": images " + before.id() + " and " + image.id() + ": are both '"
                    + image.frame() + "', expected one of each frame");
        }
        checkCount("images", images.size(), MOST_IMAGES);
    }

    private void add(Segment segment) {
        segments.computeIfAbsent(segment.image(), image -> new ArrayList<>(2)).add(segment);
        checkCount("annotations", ++segmentCount, MOST_SEGMENTS);
    }

    private void category(JsonParser json, ClassSpace classes) throws IOException {
        require(json, JsonToken.START_OBJECT, file + ": categories: ");
        long id = -1;
        String name = "";
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "id" -> id = number(json, file + ": categories: ");
                case "name" -> name = text(json, file + ": categories: ");
                default -> json.skipChildren();
            }
        }
        if (classes.indexOf(name).isEmpty() && !name.equals(BACKGROUND)) {
            throw new DataException(file + ": categories: '" + shown(name) + "' is no class of " + classes.name() + "; "
                    + Suggestion.phrase(shown(name), classes.names()) + " Name the right class space with --classes");
        }
        if (classOf.put(id, classes.indexOf(name).orElse(LabelMap.IGNORE)) != null) {
            throw new DataException(file + ": categories: found id " + id + " for the second time");
        }
        checkCount("categories", classOf.size(), MOST_CATEGORIES);
    }

    private void checkCount(String list, int count, int most) {
        if (count > most) {
            throw new DataException(file + ": found more than " + most + " " + list + "; split the file");
        }
    }

    /** What belongs together may come in any order, so it is compared at the end. */
    private void check() {
        if (images.isEmpty()) {
            throw new DataException(
                    file + ": found no images, expected COCO's object format: images, categories and" + " annotations");
        }
        segments.forEach((id, all) -> {
            CocoImage image = images.get(id);
            for (Segment segment : all) {
                String subject = file + ": annotation " + segment.id() + ": ";
                if (image == null) {
                    throw new DataException(subject + "found image_id " + id + ", which no image has");
                }
                if (!classOf.containsKey(segment.category())) {
                    throw new DataException(
                            subject + "found category_id " + segment.category() + ", which no category has");
                }
                if (segment.width() != image.width() || segment.height() != image.height()) {
                    throw new DataException(subject + "found a mask of " + segment.width() + "×" + segment.height()
                            + ", expected its image's " + image.width() + "×" + image.height());
                }
            }
        });
    }

    @Override
    public Collection<String> frames() {
        return byFrame.keySet();
    }

    @Override
    public LabelMap labels(String frame, int width, int height) throws IOException {
        CocoImage image = byFrame.get(frame);
        if (image.width() != width || image.height() != height) {
            throw new DataException(frame + ": found an image of " + image.width() + "×" + image.height()
                    + ", expected the picture's " + width + "×" + height);
        }
        byte[] labels = new byte[width * height];
        Arrays.fill(labels, (byte) LabelMap.IGNORE);
        for (Segment segment : segments.getOrDefault(image.id(), List.of())) {
            draw(segment, labels);
        }
        return new LabelMap(width, height, labels);
    }

    private void draw(Segment segment, byte[] labels) throws IOException {
        byte label = classOf.get(segment.category()).byteValue();
        int width = segment.width();
        int height = segment.height();
        try (FileChannel channel = FileChannel.open(file)) {
            channel.position(segment.offset());
            try (JsonParser json = JSON.createParser(new BufferedInputStream(Channels.newInputStream(channel)))) {
                json.nextToken();
                Segment again = Segment.read(file, json, (from, length) -> {
                    for (long place = from; place < Math.min(from + length, labels.length); place++) {
                        labels[(int) (place % height) * width + (int) (place / height)] = label;
                    }
                });
                if (again.id() != segment.id() || again.width() != width || again.height() != height) {
                    throw new DataException(file + ": has been changed while it was read");
                }
            }
        } catch (JsonProcessingException e) {
            throw damaged(file, e);
        }
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    static void require(JsonParser json, JsonToken expected, String subject) throws IOException {
        if (json.currentToken() != expected) {
            throw new DataException(subject + "found '" + shown(json) + "', expected "
                    + (expected == JsonToken.START_OBJECT ? "{…}" : "[…]"));
        }
    }

    /** A whole number from 0 on. */
    static long number(JsonParser json, String subject) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getLongValue() < 0) {
            throw new DataException(
                    subject + json.currentName() + ": found '" + shown(json) + "', expected a whole number from 0 on");
        }
        return json.getLongValue();
    }

    static String text(JsonParser json, String subject) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new DataException(subject + json.currentName() + ": found '" + shown(json) + "', expected a text");
        }
        return json.getText();
    }

    static String shown(JsonParser json) throws IOException {
        return shown(json.getText());
    }

    static String shown(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "…" : line;
    }

    /**
     * One of the {@code images} of a COCO file.
     *
     * @param id of it, which segments name
     * @param frame the frame's id; the beginning of what was found if no frame is meant
     */
    private record CocoImage(long id, String frame, int width, int height) {
        /** Whose picture a file is. */
        static final class Names {
            private final Map<String, String> ids = new HashMap<>();
            private final Map<String, String> pictures = new HashMap<>();

            Names(Manifest manifest) {
                for (FrameRecord frame : manifest.frames()) {
                    ids.put(frame.id(), frame.id());
                    pictures.put(frame.rgb(), frame.id());
                }
            }

            String frame(@Nullable String named, String file) {
                String id = named == null ? null : ids.get(named);
                if (id == null) {
                    id = pictures.get(file);
                }
                if (id == null) {
                    id = ids.get(file.replaceFirst("\\.[A-Za-z]{1,5}$", ""));
                }
                return id != null ? id : unknown(named == null ? file : named);
            }

            /** Short, so that many of them take little, and one of its own. */
            private static String unknown(String name) {
                String shown = CocoFile.shown(name);
                return shown.equals(name)
                        ? shown
                        : shown + " (" + Sha256.of(name).substring(0, 12) + ")";
            }
        }

        /** Reads the object at which the parser stands. */
        static CocoImage read(Path file, JsonParser json, Names names) throws IOException {
            String subject = file + ": images: ";
            CocoFile.require(json, JsonToken.START_OBJECT, subject);
            long id = -1;
            long width = -1;
            long height = -1;
            String frame = null;
            String picture = "";
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "id" -> id = CocoFile.number(json, subject);
                    case "width" -> width = CocoFile.number(json, subject);
                    case "height" -> height = CocoFile.number(json, subject);
                    case "frame" -> frame = CocoFile.text(json, subject);
                    case "file_name" -> picture = CocoFile.text(json, subject);
                    default -> json.skipChildren();
                }
            }
            if (id < 0 || width < 0 || height < 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
                throw new DataException(subject + "found one without id, width or height (file_name '"
                        + CocoFile.shown(picture) + "'); export it again");
            }
            if (frame != null && !FrameRules.isId(frame)) {
                throw new DataException(subject + "image " + id + ": found the frame '" + CocoFile.shown(frame)
                        + "', expected an id, in which no part is '..'");
            }
            if (frame == null && !FrameRules.isInside(picture)) {
                throw new DataException(subject + "image " + id + ": found file_name '" + CocoFile.shown(picture)
                        + "', expected a relative path without '..'");
            }
            return new CocoImage(id, names.frame(frame, picture), (int) width, (int) height);
        }
    }
}
