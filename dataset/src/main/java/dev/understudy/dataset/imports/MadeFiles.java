package dev.understudy.dataset.imports;

import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.files.TextLines;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What runs have made in a folder: a text file beside the manifest with a line {@code file<TAB>size<TAB>sha256 of its
 * source} for each. So a later run sees by content which files are still what their sources make, whatever the time
 * stamps say, and never replaces a file that no run has made.
 *
 * <p>A file is claimed, by a line with its name alone, before it is written, and described once it is there; so a run
 * that was killed in between may go on. Safe for use by several threads at once.
 */
public final class MadeFiles implements AutoCloseable {
    private static final String FORMAT = "# understudy made files 1";
    private static final int LONGEST_LINE = 4096;
    private static final int MOST_LINES = 50_000_000;

    /** Marks what is ours, but was made with other options or was not finished. */
    private static final Made CLAIMED = new Made(-1, "");

    private final Path folder;
    private final Map<String, Made> files = new ConcurrentHashMap<>();
    private final boolean ownsAll;
    private final Writer out;

    /** @param source SHA-256 of what the file was made of */
    private record Made(long size, String source) {}

    private MadeFiles(Path folder, Path file, String options, boolean ownsAll) throws IOException {
        this.folder = folder;
        this.ownsAll = ownsAll && !Files.exists(file);
        String head = FORMAT + " " + Sha256.of(options);
        if (Files.exists(file)) {
            read(file, head);
        }
        AtomicFile.write(file, to -> {
            to.write((head + "\n").getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, Made> each : files.entrySet()) {
                to.write(line(each.getKey(), each.getValue()).getBytes(StandardCharsets.UTF_8));
            }
        });
        this.out = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    }

    /**
     * @param folder that the files lie in
     * @param name of the file in it that keeps this
     * @param options all that decides what a source becomes; made with others, a file counts as ours but not as current
     * @param ownsAll whether files that are there already are taken for ours if nothing has been kept of what is
     * @throws DataException if what was kept is no such file
     */
    public static MadeFiles open(Path folder, String name, String options, boolean ownsAll) throws IOException {
        return new MadeFiles(folder, folder.resolve(name), options, ownsAll);
    }

    private void read(Path file, String head) {
        try (TextLines in = new TextLines(file, LONGEST_LINE, MOST_LINES)) {
            String first = in.next();
            if (first == null || !first.startsWith(FORMAT)) {
                throw new DataException(file + ": found no list of the files that a run has made, expected '" + FORMAT
                        + "…'; choose another --out");
            }
            boolean current = first.equals(head);
            for (String line = in.next(); line != null; line = in.next()) {
                String[] columns = line.split("\t", -1);
                Made made = current && columns.length == 3 ? parse(columns[1], columns[2]) : CLAIMED;
                files.put(columns[0], made);
            }
        }
    }

    /** A line that a killed run has not finished claims its file and no more. */
    private static Made parse(String size, String source) {
        return size.matches("[0-9]{1,18}") && source.matches("[0-9a-f]{64}")
                ? new Made(Long.parseLong(size), source)
                : CLAIMED;
    }

    /** Whether a file may be written: it is not there, or was written by a run. */
    boolean mayWrite(String file) {
        return ownsAll || files.containsKey(file) || !Files.exists(folder.resolve(file), LinkOption.NOFOLLOW_LINKS);
    }

    /** What {@code file} was made of, if it is there as it was made. */
    @Nullable
    String sourceOf(String file) throws IOException {
        Made made = files.getOrDefault(file, CLAIMED);
        Path path = folder.resolve(file);
        boolean whole = made != CLAIMED
                && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                && Files.size(path) == made.size;
        return whole ? made.source : null;
    }

    /** Before a file is written. */
    void claim(String file) throws IOException {
        add(file, CLAIMED);
    }

    /** Once a file is there. */
    void made(String file, String source) throws IOException {
        add(file, new Made(Files.size(folder.resolve(file)), source));
    }

    private synchronized void add(String file, Made made) throws IOException {
        if (!made.equals(files.put(file, made))) {
            out.write(line(file, made));
            out.flush();
        }
    }

    private static String line(String file, Made made) {
        return made == CLAIMED ? file + "\n" : file + "\t" + made.size + "\t" + made.source + "\n";
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
