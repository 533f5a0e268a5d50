package dev.understudy.retrain.registry;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.registry.AuditHistory.AuditEntry;
import dev.understudy.retrain.registry.AuditHistory.AuditEvent;
import dev.understudy.retrain.registry.ModelVersion.Lineage;
import dev.understudy.retrain.registry.ModelVersion.VersionDraft;
import dev.understudy.retrain.registry.Registry.ChampionChangedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class RegistryTest {
    private Path root;

    @BeforeMethod
    public void makeFolder() throws IOException {
        root = Scratch.folder("registry");
    }

    @AfterMethod(alwaysRun = true)
    public void removeFolder() throws IOException {
        VersionFolders.delete(root);
    }

    @Test
    public void keepsWhatWasRegistered() throws IOException {
        Registry registry = SomeVersions.registry(root, 2);

        ModelVersion second =
                Registry.existing(registry.folder(), SomeVersions.CLOCK).version("v0002");
        assertEquals(second.parent(), "v0001");
        assertEquals(second.createdAt(), SomeVersions.CLOCK.instant());
        assertEquals(second.latencyMillis(), 12.5);
        assertEquals(second.evaluations().get(0).metrics().get("segmentation").get("broken"), Double.NaN);
        assertEquals(Files.readString(registry.weights("v0002")), "weights w2");
        assertEquals(registry.versions().size(), 2);
        assertEquals(registry.verify(), List.of());
    }

    @Test
    public void registeringTheSameAgainAddsNothing() throws IOException {
        Registry registry = SomeVersions.registry(root, 1);
        ModelVersion again = registry.register(SomeVersions.draft(root.resolve("scratch"), "w1", null));
        assertEquals(again.name(), "v0001");
        assertEquals(registry.versions().size(), 1);
        assertEquals(names(registry.folder().resolve("versions")), List.of("v0001"));
    }

    @Test
    public void promotionMovesTheChampionToPrevious() throws IOException {
        Registry registry = SomeVersions.registry(root, 3);
        registry.challenge("v0001");
        assertEquals(registry.aliases().challenger(), "v0001");
        registry.promote("challenger", null, "first");
        assertNull(registry.aliases().challenger());
        registry.promote("v0002", "v0001", "better");

        assertEquals(registry.aliases().champion(), "v0002");
        assertEquals(registry.aliases().previous(), "v0001");
        assertEquals(registry.champion().orElseThrow().name(), "v0002");
        assertEquals(
                events(registry),
                List.of("registered", "registered", "registered", "challenged", "promoted", "promoted"));
    }

    @Test
    public void promotingTheChampionAgainDoesNothing() throws IOException {
        Registry registry = SomeVersions.registry(root, 1);
        registry.promote("v0001", null, "first");
        registry.promote("v0001", null, "once more, because the first caller died before it could tell");
        assertEquals(registry.history().entries().size(), 2);
        assertNull(registry.aliases().previous());
    }

    @Test
    public void whoMeasuredAgainstAnotherChampionIsTold() throws IOException {
        Registry registry = SomeVersions.registry(root, 3);
        registry.promote("v0001", null, "first");
        registry.promote("v0002", "v0001", "better");
        ChampionChangedException told =
                expectThrows(ChampionChangedException.class, () -> registry.promote("v0003", "v0001", "better"));
        assertTrue(told.getMessage().contains("found champion v0002, expected v0001"), told.getMessage());
        assertEquals(registry.aliases().champion(), "v0002");
    }

    @Test
    public void rollbackGoesBackOnce() throws IOException {
        Registry registry = SomeVersions.registry(root, 2);
        registry.promote("v0001", null, "");
        registry.promote("v0002", "v0001", "");
        registry.rollback("it saw ghosts");
        assertEquals(registry.aliases().champion(), "v0001");
        assertNull(registry.aliases().previous());
        AuditEntry last = registry.history().entries().get(4);
        assertEquals(last.event(), AuditEvent.ROLLED_BACK);
        assertEquals(last.details().get("reason"), "it saw ghosts");
        assertEquals(last.details().get("from"), "v0002");
        assertThrows(DataException.class, () -> registry.rollback(""));
    }

    @Test
    public void pruneKeepsWhatIsNamedAndTheNewest() throws IOException {
        Registry registry = SomeVersions.registry(root, 6);
        registry.promote("v0002", null, "");
        registry.promote("v0003", "v0002", "");
        assertEquals(registry.prune(1, true), List.of("v0001", "v0004", "v0005"));
        assertEquals(registry.versions().size(), 6);
        assertEquals(registry.prune(1, false), List.of("v0001", "v0004", "v0005"));
        assertEquals(names(registry.folder().resolve("versions")), List.of("v0002", "v0003", "v0006"));
        assertEquals(registry.prune(1, false), List.of());
        assertEquals(registry.verify(), List.of());
    }

    @Test
    public void aPrunedNameIsNeverGivenAgain() throws IOException {
        Registry registry = SomeVersions.registry(root, 2);
        assertEquals(registry.prune(0, false), List.of("v0001", "v0002"));
        ModelVersion next = registry.register(SomeVersions.draft(root.resolve("scratch"), "w2", "v0001"));
        assertEquals(next.name(), "v0003");
    }

    @Test
    public void alteredWeightsAreNotHandedOut() throws IOException {
        Registry registry = SomeVersions.registry(root, 1);
        Files.writeString(registry.folder().resolve("versions/v0001/weights.pth"), "weights w9");
        assertThrows(DataException.class, () -> registry.weights("v0001"));
        assertThrows(DataException.class, () -> registry.promote("v0001", null, ""));
        assertNull(registry.aliases().champion());
        assertEquals(registry.verify().size(), 1);
    }

    @Test
    public void anAlteredRecordIsNoticed() throws IOException {
        Registry registry = SomeVersions.registry(root, 1);
        Path record = registry.folder().resolve("versions/v0001/version.json");
        Files.writeString(record, Files.readString(record).replace("0.5", "0.9"));
        DataException told = expectThrows(DataException.class, () -> registry.version("v0001"));
        assertTrue(told.getMessage().contains("version.json"), told.getMessage());
        assertFalse(told.getMessage().contains("\n"), told.getMessage());
    }

    @Test
    public void aWellSealedForgeryIsFoundByTheLog() throws IOException {
        Registry registry = SomeVersions.registry(root, 1);
        ModelVersion v = registry.version("v0001");
        ModelVersion forged = ModelVersionBuilder.builder()
                .name(v.name())
                .createdAt(v.createdAt())
                .lineage(v.lineage())
                .files(v.files())
                .evaluations(List.of())
                .latencyMillis(v.latencyMillis())
                .note("better!")
                .build();
        VersionFolders.RECORD.write(registry.folder().resolve("versions/v0001/version.json"), forged);
        assertEquals(registry.verify().size(), 1);
        assertTrue(registry.verify().get(0).contains("expected the one that the log says"));
    }

    @Test
    public void filesThatAreNoRegistryGetADataException() throws IOException {
        Registry registry = SomeVersions.registry(root, 1);
        registry.promote("v0001", null, "");
        Path aliases = registry.folder().resolve("aliases.json");
        String good = Files.readString(aliases);
        for (String bad : List.of(
                "",
                "null",
                "[]",
                "{\"format\":\"understudy-aliases\",\"version\":1}",
                good.substring(0, good.length() / 2),
                good.replace("v0001", "../../etc/passwd"),
                good.replace("\"version\" : 1", "\"version\" : 2"),
                "[".repeat(100_000),
                good.replace("\"champion\"", "\"champion\" : null, \"champion\""))) {
            Files.writeString(aliases, bad);
            assertThrows(DataException.class, registry::aliases);
            assertThrows(DataException.class, () -> registry.promote("v0001", null, ""));
        }
        assertThrows(DataException.class, () -> registry.version("v9999"));
        assertThrows(DataException.class, () -> registry.version("../registry"));
        assertThrows(DataException.class, () -> Registry.existing(root.resolve("none"), SomeVersions.CLOCK));
    }

    @Test
    public void filesAreNotTakenUnderNamesThatLeadElsewhere() throws IOException {
        Registry registry = SomeVersions.registry(root, 0);
        VersionDraft draft = SomeVersions.draft(root.resolve("scratch"), "w1", null);
        var files = new java.util.TreeMap<>(draft.files());
        files.put("../../escape", draft.files().get(ModelVersion.WEIGHTS));
        assertThrows(
                IllegalArgumentException.class,
                () -> registry.register(new VersionDraft(files, null, Lineage.UNKNOWN, List.of(), null, "")));
        assertEquals(names(registry.folder().resolve("versions")), List.of());
    }

    private static List<String> events(Registry registry) throws IOException {
        return registry.history().entries().stream().map(e -> e.event().key()).toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }
}
