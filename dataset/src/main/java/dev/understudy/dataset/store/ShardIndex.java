package dev.understudy.dataset.store;

import dev.understudy.dataset.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the lines of a shard's index. */
final class ShardIndex {
    private static final String HEAD = "{\"id\":\"";

    private ShardIndex() {}

    static List<FrameSummary> summaries(Path file) {
        List<FrameSummary> summaries = new ArrayList<>();
        for (String line : lines(file)) {
            summaries.add(parse(file, line));
        }
        return summaries;
    }

    /** The ids in order, without parsing the rest of the lines: the id is written first. */
    static List<String> ids(Path file) {
        List<String> ids = new ArrayList<>();
        for (String line : lines(file)) {
            int end = line.startsWith(HEAD) ? line.indexOf('"', HEAD.length()) : -1;
            // Ids hold nothing that JSON would escape; a line written otherwise is still read, only slower
            ids.add(end < 0 ? parse(file, line).id() : line.substring(HEAD.length(), end));
        }
        return ids;
    }

    static FrameSummary parse(Path file, String line) {
        FrameSummary summary = StoreJson.read(line, FrameSummary.class, file.toString());
        if (summary.width() < 1
                || summary.height() < 1
                || summary.width() > ShardFormat.MAX_SIDE
                || summary.height() > ShardFormat.MAX_SIDE) {
            throw new DataException(file + ": frame " + summary.id() + " of " + summary.width() + "×" + summary.height()
                    + " pixels, expected 1 to " + ShardFormat.MAX_SIDE + " a side");
        }
        return summary;
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DataException(
                    file + ": cannot be read: " + e + "; the store is damaged, run the label job again", e);
        }
    }
}
