package dev.understudy.dataset.imports.coco;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of the {@code images} of a COCO file.
 *
 * @param id of it, which segments name
 * @param frame the frame's id; the beginning of what was found if no frame is meant
 */
record CocoImage(long id, String frame, int width, int height) {
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
            return shown.equals(name) ? shown : shown + " (" + Sha256.of(name).substring(0, 12) + ")";
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
