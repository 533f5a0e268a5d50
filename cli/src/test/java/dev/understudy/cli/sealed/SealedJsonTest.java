package dev.understudy.cli.sealed;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.files.SealedJson;
import dev.understudy.files.Sha256;
import dev.understudy.files.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class SealedJsonTest {
    private static final SealedJson<Note> NOTES = new SealedJson<>("understudy-note", 3, Note.class);

    /** Some of everything that is kept in sealed files. */
    record Note(
            String text,
            Instant at,
            SortedMap<String, Double> values,
            float small,
            double @org.jspecify.annotations.Nullable [] sums,
            List<Note> more) {}

    private Scratch scratch;
    private Path file;

    @BeforeMethod
    public void make() throws IOException {
        scratch = Scratch.create();
        file = scratch.resolve("note.json");
    }

    @AfterMethod
    public void remove() throws IOException {
        scratch.close();
    }

    private static Note note(String text, double[] sums, Note... more) {
        return new Note(
                text,
                Instant.parse("2026-03-01T02:00:00Z"),
                new TreeMap<>(Map.of("b", Double.NaN, "a", 1e-9, "c", 0.1)),
                0.1f,
                sums,
                List.of(more));
    }

    @Test
    public void theChecksumIsThatOfTheCanonicalText() {
        Note note = note("größe", new double[] {1, 2.5, 1e22}, note("厨房", new double[0]));
        assertEquals(NOTES.digest(note), Sha256.of(StrictJson.canonical(note)));
    }

    @Test
    public void itMayBeIndentedAndOrderedAnewAndNothingElse() throws IOException {
        NOTES.write(file, note("first", null, note("second", new double[] {1})));
        String written = Files.readString(file);
        JsonNode tree = new ObjectMapper().readTree(written);
        StringBuilder turned = new StringBuilder("{\"content\":").append(tree.get("content"));
        for (String name : List.of("sha256", "version", "format")) {
            turned.append(",\"").append(name).append("\":").append(tree.get(name));
        }
        Files.writeString(file, turned.append('}'));
        assertEquals(NOTES.read(file).more().get(0).text(), "second");

        for (String altered : List.of(
                written.replace("second", "Second"),
                written.replace("0.1", "0.2"),
                written.replace("\"version\" : 3", "\"version\" : 4"),
                written.replace("understudy-note", "understudy-aliases"),
                written.replace("\"text\"", "\"texts\""),
                written + "{}",
                written.substring(0, written.length() - 3),
                "null",
                "[]",
                "{}",
                "")) {
            Files.writeString(file, altered);
            DataException told = expectThrows(DataException.class, () -> NOTES.read(file));
            assertTrue(told.getMessage().contains("expected"), told.getMessage());
            assertFalse(told.getMessage().contains("\n"), told.getMessage());
        }
    }

    @Test
    public void whatCouldNotBeReadBackIsNotWritten() throws IOException {
        SealedJson<Note> small = new SealedJson<>("understudy-note", 3, Note.class, 2000);
        small.write(file, note("fits", null));
        String before = Files.readString(file);
        DataException told =
                expectThrows(DataException.class, () -> small.write(file, note("does not", new double[1000])));
        assertTrue(told.getMessage().contains("2000 bytes"), told.getMessage());
        assertEquals(Files.readString(file), before);
        Files.writeString(file, before + " ".repeat(2000));
        assertThrows(DataException.class, () -> small.read(file));
    }
}
