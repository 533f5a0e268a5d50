package dev.understudy.store;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.testng.annotations.Test;

/** A store that was written by the first program of its format opens in this one. */
public class OlderStoresTest {
    /**
     * What {@code store.json} said when the format was new. Never to grow: what is added later must be one that may
     * miss.
     */
    private static final Set<String> FIRST = Set.of(
            "format",
            "formatVersion",
            "tasks",
            "classes",
            "numberOfClasses",
            "classMap",
            "expert",
            "preprocessing",
            "views",
            "topK",
            "shardSize",
            "plan",
            "calibration",
            "fingerprint");

    @Test
    public void whatWasAddedSinceMayBeMissing() throws IOException {
        Path file = Scratch.file("store", ".json");
        try {
            StoreDescription description =
                    StoreFixture.description(ShardPlan.of(StoreFixture.frames(4), 2), List.of(Task.SEGMENTATION), 3);
            StoreDescriptionFile.write(file, description);
            ObjectNode json = (ObjectNode) StoreJson.MAPPER.readTree(file.toFile());
            Set<String> since = new TreeSet<>();
            json.fieldNames().forEachRemaining(since::add);
            since.removeAll(FIRST);
            json.remove(since);
            Files.writeString(file, json.toPrettyString());
            StoreDescription read = StoreDescriptionFile.read(file);
            assertEquals(read, description);
            assertNull(read.engine());
            // Begun before the engine was written down, by the one that there was: gone on with by it, and by no other.
            StoreDescription asToday = description.withEngine(StoreDescription.FIRST_ENGINE);
            assertEquals(read.fingerprint(), asToday.fingerprint());
            StoreDescription later = description.withEngine("own networks on libtorch 9.9, float32");
            assertNotEquals(read.fingerprint(), later.fingerprint());
            assertEquals(
                    read.fingerprint().differences(later.fingerprint()),
                    List.of("engine: the store has " + StoreDescription.FIRST_ENGINE
                            + ", this run own networks on libtorch 9.9, float32"));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void theFirstVersionIsReadButNotGoneOnWith() throws IOException {
        Path file = Scratch.file("store", ".json");
        try {
            StoreDescription today =
                    StoreFixture.description(ShardPlan.of(StoreFixture.frames(4), 2), List.of(Task.SEGMENTATION), 3);
            StoreDescription first = today.withFormatVersion(1);
            StoreDescriptionFile.write(file, first);
            assertEquals(StoreDescriptionFile.read(file), first);
            assertEquals(
                    first.fingerprint().differences(today.fingerprint()),
                    List.of("format version: the store has 1, this run " + StoreDescription.FORMAT_VERSION));
            for (int other : new int[] {0, StoreDescription.FORMAT_VERSION + 1}) {
                StoreDescriptionFile.write(file, today.withFormatVersion(other));
                assertThrows(DataException.class, () -> StoreDescriptionFile.read(file));
            }
        } finally {
            Files.delete(file);
        }
    }
}
