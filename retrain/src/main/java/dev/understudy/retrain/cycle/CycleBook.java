package dev.understudy.retrain.cycle;

import com.fasterxml.jackson.databind.SerializationFeature;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.sealed.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The records of all cycles, {@code cycles/<id>/cycle.json}. */
public final class CycleBook {
    private static final int LARGEST = 16 << 20;
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path folder;

    /** @param state the cycles' state folder */
    public CycleBook(Path state) {
        this.folder = state.resolve("cycles");
    }

    /** Where a cycle's record and report are. */
    public Path folder(String id) {
        return folder.resolve(id);
    }

    public Path file(String id) {
        return folder(id).resolve("cycle.json");
    }

    /** All cycles, oldest first. */
    public List<CycleRecord> all() throws IOException {
        List<CycleRecord> records = new ArrayList<>();
        for (String id : ids()) {
            records.add(read(id));
        }
        return records;
    }

    public Optional<CycleRecord> latest() throws IOException {
        List<String> ids = ids();
        return ids.isEmpty() ? Optional.empty() : Optional.of(read(ids.get(ids.size() - 1)));
    }

    /**
     * A new record whose id comes after all others. Where the clock has gone back since the last cycle, it goes on
     * under that one's time: otherwise the last would stay the latest until the clock is there again.
     */
    CycleRecord begin(Instant now) throws IOException {
        String base = Stream.concat(Stream.of(ID.format(now)), ids().stream().map(CycleBook::time))
                .max(Comparator.naturalOrder())
                .orElseThrow();
        String id = base;
        for (int more = 2; Files.exists(folder(id), LinkOption.NOFOLLOW_LINKS); more++) {
            id = base + "-" + more;
        }
        CycleRecord record = CycleRecord.begun(id, now);
        write(record);
        return record;
    }

    void write(CycleRecord record) throws IOException {
        byte[] bytes =
                StrictJson.MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(record);
        if (bytes.length > LARGEST) {
            throw new DataException(file(record.id()) + ": found a record of " + bytes.length
                    + " bytes, expected at most " + LARGEST + ", which is what can be read back; shorten the recipe");
        }
        AtomicFile.write(file(record.id()), bytes);
    }

    private CycleRecord read(String id) throws IOException {
        Path file = file(id);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw damaged(file, "more than " + LARGEST + " bytes", null);
            }
            CycleRecord record = StrictJson.MAPPER.readValue(bytes, CycleRecord.class);
            if (!record.id().equals(id)) {
                throw damaged(file, "cycle " + record.id(), null);
            }
            return record;
        } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
            throw damaged(
                    file, String.valueOf(e.getMessage()).lines().findFirst().orElse("nothing"), e);
        }
    }

    private static DataException damaged(Path file, String found, @org.jspecify.annotations.Nullable Throwable cause) {
        return new DataException(
                file + ": found " + found + ", expected the record of a cycle; remove its folder", cause);
    }

    private static String time(String id) {
        return id.substring(0, 16);
    }

    /** Only folders with a record: one that died before its first is as if it had never been. */
    private List<String> ids() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(p -> p.getFileName().toString())
                    .filter(n -> n.matches(CycleRecord.ID))
                    .filter(n -> Files.isRegularFile(file(n), LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.comparing(CycleBook::time)
                            .thenComparingInt(String::length)
                            .thenComparing(n -> n))
                    .toList();
        }
    }
}
