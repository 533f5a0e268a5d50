package dev.understudy.labeler.repair;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.repair.RepairExamples.Example;
import dev.understudy.labeler.repair.RepairModel.RepairMethod;
import dev.understudy.labeler.repair.RepairModelFile.Stored;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class RepairModelFileTest {
    private Stored stored;
    private Path folder;

    @BeforeClass
    public void learn() throws InterruptedException {
        RepairLearning.Outcome outcome =
                RepairLearningTest.learn(RepairLearningTest.QUICKEST, new MadeRooms(6, false, 1), 1, 2);
        stored = new Stored(outcome.adopted(), "made of this", "ab".repeat(32), outcome.scores());
    }

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Scratch.folder("repair");
        RepairModelFile.write(folder, stored);
    }

    @AfterMethod(alwaysRun = true)
    public void removeFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Test
    public void whatIsReadBackAnswersTheSame() throws IOException {
        assertTrue(RepairModelFile.exists(folder));
        Stored read = RepairModelFile.read(folder);
        assertEquals(read.madeOf(), stored.madeOf());
        assertEquals(read.learnedOf(), stored.learnedOf());
        assertEquals(read.scores(), stored.scores());
        assertEquals(read.model().digest(), stored.model().digest());
        MadeRooms rooms = new MadeRooms(8, false, 1);
        for (int index : new int[] {0, 7}) {
            Example example = rooms.read(index);
            assertEquals(
                    read.model()
                            .apply(example.frame(), example.evidence(), null, 2)
                            .probability(),
                    stored.model()
                            .apply(example.frame(), example.evidence(), null, 2)
                            .probability());
        }
    }

    @Test
    public void framesThatWereLearnedFromAreAnsweredByTheOtherFolds() {
        MadeRooms rooms = new MadeRooms(6, false, 1);
        Example known = rooms.read(0);
        RepairModel.Parts parts = stored.model().parts();
        RepairModel alone = new RepairModel(
                parts.with(one -> one.folds(List.of(parts.folds().get(0))).foldOf(Map.of())));
        assertEquals(
                stored.model().apply(known.frame(), known.evidence(), null, 2).probability(),
                alone.apply(known.frame(), known.evidence(), null, 2).probability());
    }

    /** The same networks, as if they had started from the expert. */
    private Stored fromExpert() {
        ExpertPrior prior = new ExpertPrior(new float[] {0.5f, 0.3f, 0.2f}, new boolean[] {true, true, false});
        RepairModel.Parts parts = stored.model()
                .parts()
                .with(one -> one.method(RepairMethod.CONTEXT_FROM_EXPERT)
                        .start(new ExpertStart(Collections.nCopies(3, prior), 0.7f)));
        return new Stored(new RepairModel(parts), stored.madeOf(), stored.learnedOf(), stored.scores());
    }

    @Test
    public void whatStartsFromTheExpertIsReadBackWhole() throws IOException {
        Stored written = fromExpert();
        RepairModelFile.write(folder, written);
        RepairModel read = RepairModelFile.read(folder).model();
        assertEquals(read.digest(), written.model().digest());
        assertNotEquals(read.digest(), stored.model().digest());
        Example stranger = new MadeRooms(8, false, 1).read(7);
        byte[] answer =
                read.apply(stranger.frame(), stranger.evidence(), null, 2).probability();
        assertEquals(
                answer,
                written.model()
                        .apply(stranger.frame(), stranger.evidence(), null, 2)
                        .probability());
        assertNotEquals(
                answer,
                stored.model()
                        .apply(stranger.frame(), stranger.evidence(), null, 2)
                        .probability());
    }

    @Test
    public void aShareThatIsNoneIsRefused() throws IOException {
        Path json = folder.resolve("repair.json");
        assertFalse(Files.readString(json).contains("learned\" :"), "as before there was such a share");
        RepairModelFile.write(folder, fromExpert());
        String text = Files.readString(json);
        for (String share : List.of("-0.7", "1.5", "\"NaN\"", "null")) {
            Files.writeString(json, text.replace("\"learned\" : 0.7", "\"learned\" : " + share));
            DataException refused = expectThrows(DataException.class, () -> RepairModelFile.read(folder));
            assertTrue(refused.getMessage().contains("a share learned of"), refused.getMessage());
        }
        Files.writeString(json, text.replace("\"learned\" : 0.7", "\"learned\" : 0.8"));
        DataException other = expectThrows(DataException.class, () -> RepairModelFile.read(folder));
        assertTrue(other.getMessage().contains("not what repair.json names"), other.getMessage());
    }

    @DataProvider
    public Object[][] edits() {
        return new Object[][] {
            {"\"format\" : \"understudy repair\"", "\"format\" : \"else\"", "format else"},
            {"\"version\" : 1", "\"version\" : 2", "format understudy repair 2"},
            {"\"method\" : \"context\"", "\"method\" : \"expert\"", "method expert"},
            {"\"classes\" : 3", "\"classes\" : 300", "300 classes"},
            {"\"foldCount\" : 3", "\"foldCount\" : 2000000000", "folds"},
            {"\"hidden\" : 192", "\"hidden\" : 2000000000", "units"},
            {"\"hidden\" : 192", "\"hidden\" : 64", "expected"},
            {"\"components\" : [ ]", "\"components\" : [ 48 ]", "components"},
            {"\"networks\" : 3", "\"networks\" : 4", "networks"},
            {"[ 0, 1 ]", "[ 1, 0 ]", "rising"},
            {"[ 0, 1 ]", "[ 0, -1 ]", "rising"},
            {"\"room/0\" : 0", "\"room/0\" : 7", "fold 7 of room/0"},
            {"\"room/0\" : 0", "\"room/0\" : 1", "not what repair.json names"},
            {"\"networks\" : 3", "\"networks\" : 3, \"more\" : 1", "damaged"},
            {"\"networks\" : 3", "\"networks\" : null", "damaged"},
        };
    }

    @Test(dataProvider = "edits")
    public void aDescriptionThatWasEditedIsRefused(String from, String to, String told) throws IOException {
        Path json = folder.resolve("repair.json");
        String text = Files.readString(json);
        assertTrue(text.contains(from), text);
        Files.writeString(json, text.replace(from, to));
        DataException refused = expectThrows(DataException.class, () -> RepairModelFile.read(folder));
        assertTrue(refused.getMessage().contains(told), refused.getMessage());
        assertTrue(refused.getMessage().contains("delete the store and repair again"), refused.getMessage());
    }

    @Test
    public void numbersThatAreDamagedOrMissingAreRefused() throws IOException {
        Path numbers = folder.resolve("networks.safetensors");
        byte[] bytes = Files.readAllBytes(numbers);
        byte[] other = bytes.clone();
        other[other.length - 1] ^= 0x01;
        Files.write(numbers, other);
        expectThrows(DataException.class, () -> RepairModelFile.read(folder));
        for (int i = 4; i > 0; i--) {
            other[other.length - i] = (byte) 0xFF;
        }
        Files.write(numbers, other);
        DataException notFinite = expectThrows(DataException.class, () -> RepairModelFile.read(folder));
        assertTrue(notFinite.getMessage().contains("not finite"), notFinite.getMessage());
        Files.write(numbers, Arrays.copyOf(bytes, bytes.length / 2));
        expectThrows(DataException.class, () -> RepairModelFile.read(folder));
        Files.delete(numbers);
        DataException missing = expectThrows(DataException.class, () -> RepairModelFile.read(folder));
        assertTrue(missing.getMessage().contains("is missing"), missing.getMessage());
    }

    @Test
    public void filesThatAreFarTooLargeAreRefusedUnread() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("networks.safetensors").toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        DataException refused = expectThrows(DataException.class, () -> RepairModelFile.read(folder));
        assertTrue(refused.getMessage().contains("expected at most"), refused.getMessage());
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("repair.json").toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        refused = expectThrows(DataException.class, () -> RepairModelFile.read(folder));
        assertTrue(refused.getMessage().contains("repair.json"), refused.getMessage());
    }
}
