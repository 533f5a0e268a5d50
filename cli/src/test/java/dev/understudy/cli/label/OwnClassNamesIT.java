package dev.understudy.cli.label;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.Sha256;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;
import org.testng.annotations.Test;

/** Names and colours of a user's own classes: kept by the store, given to tools for people and taken back. */
public class OwnClassNamesIT extends OwnClassStore {
    @Test
    public void theStoreKeepsNamesAndColours() {
        try (LabelStore labels = LabelStore.open(store)) {
            assertEquals(labels.classSpace().names(), List.of("rouge", "vert", "bleu"));
            assertEquals(labels.classSpace().palette().colour(2), 10 << 16 | 20 << 8 | 200);
        }
        assertTrue(done("store", "info", store).out().contains("vert"));
    }

    @Test
    public void correctedLabelsComeBackInTheStoresClasses() throws IOException {
        Path coco = scratch.resolve("coco");
        done("export", "labels", "--store", store, "--policy", "none", "--format", "coco", "--out", coco);
        Path corrected = scratch.resolve("corrected");
        CommandLineRun run = done(
                "dataset",
                "import",
                "coco",
                "--labels",
                coco.resolve("labels.json"),
                "--manifest",
                frames,
                "--store",
                store,
                "--out",
                corrected);
        assertTrue(run.out().contains("0.00 %"), run.out());
        done("dataset", "check", corrected);
        assertEquals(
                Manifest.read(corrected).classSpace("classes/paint.yaml").names(), List.of("rouge", "vert", "bleu"));
        done("evaluate", "--store", store, "--manifest", corrected);
    }

    @Test
    public void labelsGoToCvatByNameAndColourAndComeBack() throws IOException {
        Path review = scratch.resolve("review");
        done("export", "labels", "--store", store, "--policy", "none", "--format", "cvat", "--out", review);
        try (ZipFile zip = new ZipFile(review.resolve("labels.zip").toFile())) {
            String map =
                    new String(zip.getInputStream(zip.getEntry("labelmap.txt")).readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(map.contains("rouge:200,10,20"), map);
        }
        Path back = scratch.resolve("back");
        CommandLineRun run = done(
                "dataset",
                "import",
                "cvat",
                "--archive",
                review.resolve("labels.zip"),
                "--manifest",
                frames,
                "--store",
                store,
                "--out",
                back);
        assertTrue(run.out().contains("0.00 %"), run.out());
        assertEquals(Manifest.read(back).classSpace("classes/paint.yaml").names(), List.of("rouge", "vert", "bleu"));
        done("evaluate", "--store", store, "--manifest", back);
    }

    @Test
    public void oneNameForOtherClassesIsRefused() throws IOException {
        Path others = scratch.resolve("others");
        Path file = Files.writeString(scratch.resolve("others.yaml"), CLASSES.replace("rouge", "bleu clair"));
        Path otherCard = Files.writeString(
                scratch.resolve("others-card.yaml"), Files.readString(card).replace("rouge", "bleu clair"));
        CommandLineRun.done(
                "label",
                "--expert",
                otherCard,
                "--map-to",
                file,
                "--manifest",
                frames,
                "--frames",
                "all",
                "--store",
                others,
                "--master",
                "local[1]");
        for (String command : List.of("evaluate", "calibrate")) {
            CommandLineRun run = CommandLineRun.of(command, "--store", others, "--manifest", frames);
            assertEquals(run.exitCode(), ExitCode.BAD_DATA, run.err());
            assertTrue(run.err().contains("bleu clair"), run.err());
        }
        CommandLineRun again = label(others, frames.resolve("classes/paint.yaml"));
        assertEquals(again.exitCode(), ExitCode.USAGE, again.err());
    }

    /** The name alone, as stores were written first. */
    @Test
    public void anOlderStoreIsGivenItsNamesByTheSameCommand() throws IOException {
        Path older = scratch.resolve("older");
        Path classes = frames.resolve("classes/paint.yaml");
        assertEquals(label(older, classes).exitCode(), ExitCode.DONE);
        Path description = older.resolve("store.json");
        ObjectNode node = (ObjectNode) JSON.readTree(description.toFile());
        assertFalse(node.path("ownClasses").isMissingNode());
        node.remove("ownClasses");
        Files.writeString(description, node.toString());
        CommandLineRun told =
                CommandLineRun.of("filter", "--store", older, "--policy", "none", "--out", scratch.resolve("nothing"));
        assertEquals(told.exitCode(), ExitCode.BAD_DATA, told.err());
        assertTrue(told.err().contains("label command once more"), told.err());
        String shards = Sha256.of(older.resolve("_SUCCESS"));
        assertEquals(label(older, classes).exitCode(), ExitCode.DONE);
        assertEquals(Sha256.of(older.resolve("_SUCCESS")), shards);
        done("filter", "--store", older, "--policy", "none", "--out", scratch.resolve("something"));
    }
}
