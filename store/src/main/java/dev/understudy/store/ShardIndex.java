package dev.understudy.store;

import dev.understudy.files.DataException;
import dev.understudy.files.TextLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the lines of a shard's index. */
final class ShardIndex {
    private static final String HEAD = "{\"id\":\"";
    private static final Pattern WRITTEN_HEAD =
            Pattern.compile("\\{\"id\":\"([A-Za-z0-9._/-]+)\",\"width\":([0-9]{1,6}),\"height\":([0-9]{1,6}),");

    /** A line has a histogram for each class of at most 255. */
    private static final int LONGEST_LINE = 1 << 20;

    private static final int MOST_LINES = 10_000_000;

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
        checked(file, new IndexHead(summary.id(), summary.width(), summary.height()));
        return summary;
    }

    /** Which frame a line is about, without parsing its histograms where the line is as we write it. */
    static IndexHead head(Path file, String line) {
        Matcher matcher = WRITTEN_HEAD.matcher(line);
        if (matcher.lookingAt()) {
            int width = Integer.parseInt(matcher.group(2));
            return checked(file, new IndexHead(matcher.group(1), width, Integer.parseInt(matcher.group(3))));
        }
        FrameSummary summary = parse(file, line);
        return new IndexHead(summary.id(), summary.width(), summary.height());
    }

    private static IndexHead checked(Path file, IndexHead head) {
        if (head.width() < 1
                || head.height() < 1
                || head.width() > ShardFormat.MAX_SIDE
                || head.height() > ShardFormat.MAX_SIDE) {
            throw new DataException(file + ": frame " + head.id() + " of " + head.width() + "×" + head.height()
                    + " pixels, expected 1 to " + ShardFormat.MAX_SIDE + " a side");
        }
        return head;
    }

    static List<String> lines(Path file) {
        List<String> lines = new ArrayList<>();
        try (TextLines in = new TextLines(file, LONGEST_LINE, MOST_LINES)) {
            for (String line = in.next(); line != null; line = in.next()) {
                lines.add(line);
            }
            return lines;
        } catch (DataException e) {
            throw new DataException(
                    file + ": cannot be read: " + e.getMessage() + "; the store is damaged, run the label job again",
                    e);
        }
    }

    /** The start of an index line: what must be known of a frame to find and read its planes. */
    record IndexHead(String id, int width, int height) {}
}
