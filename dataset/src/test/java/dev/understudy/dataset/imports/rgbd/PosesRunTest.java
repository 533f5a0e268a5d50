package dev.understudy.dataset.imports.rgbd;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.imports.rgbd.Trajectory.FoundPose;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PosesRunTest {
    private static final String ROWS = "1 0 0 %d\n0 1 0 2\n0 0 1 3\n0 0 0 1\n";

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Scratch.folder("poses");
    }

    @Test
    public void framesTakeThePoseNearestInTime() throws IOException {
        manifest(null, "robot/10.00", "robot/10.05", "robot/10.10", "robot/10.50", "robot/start");
        String lines = "# time and pose\n10.049 3 2 1 0 0 0 1\n10.001 1 2 3 0 0 0.7071068 0.7071068\n"
                + "10.1 nan nan nan 0 0 0 1\n10.112 9 9 9 0 0 0 1\n";
        PosesRun.Summary summary = PosesRun.run(options(trajectory(lines)));
        assertEquals(summary.posed(), 2);
        assertEquals(
                summary.sources().get(0).without(),
                Map.of(FoundPose.Lack.NONE_NEAR, 1, FoundPose.Lack.LOST, 1, FoundPose.Lack.NO_TIME, 1));
        List<FrameRecord> frames = posed();
        double[] turned = {0, -1, 0, 1, 1, 0, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1};
        for (int i = 0; i < turned.length; i++) {
            assertEquals(frames.get(0).pose().get(i), turned[i], 1e-6, "element " + i);
        }
        assertEquals(frames.get(1).pose().get(3), 3.0);
        assertNull(frames.get(2).pose(), "the nearest line says that it was lost, though another is within reach");
        assertNull(frames.get(3).pose());
        assertNull(frames.get(4).pose());
        assertTrue(Manifest.read(folder).frames().stream().allMatch(frame -> frame.pose() == null), "the original");
    }

    @Test
    public void linesThatAreNoPosesAreCountedAndTheFirstIsShown() throws IOException {
        manifest(null, "1.0", "2.0");
        String lines = "1 1 2 3 0 0 0 1\n2 1 2 3 0 0 1\n1.5 x 2 3 0 0 0 1\nnan 0 0 0 0 0 0 1\n2 4 5 6 0 0 0 1\n";
        PosesRun.Placed placed =
                PosesRun.run(options(trajectory(lines))).sources().get(0);
        assertEquals(placed.given(), 2);
        assertEquals(placed.badLines(), 2);
        assertTrue(placed.firstBad().contains("poses.txt:2: found '2 1 2 3 0 0 1'"), placed.firstBad());
        assertEquals(placed.timeless(), 1);
    }

    @Test
    public void unitAndOffsetBringTwoClocksTogether() throws IOException {
        manifest(null, "cam/1403636579763555584", "cam/1403636579813555456");
        String lines = "1403636580.763556 1 0 0 0 0 0 1\n1403636580.813556 2 0 0 0 0 0 1\n";
        PosesRun.Options options =
                options(trajectory(lines)).with(given -> given.unit(1e-9).offset(1));
        assertEquals(PosesRun.run(options).posed(), 2);
        assertEquals(posed().get(1).pose().get(3), 2.0);
    }

    @DataProvider
    public Object[][] forms() {
        return new Object[][] {
            {"rows", "%s 0 0 %d\n0 1 0 2\n0 0 1 3\n0 0 0 1\n\n"},
            {"lines of 16", "%s 0 0 %d 0 1 0 2 0 0 1 3 0 0 0 1\n"},
            {"lines of 12, with commas", "%s, 0, 0, %d, 0, 1, 0, 2, 0, 0, 1, 3\r\n"},
            {"with a line before each", "0 0 1\n%s 0 0 %d\n0 1 0 2\n0 0 1 3\n0 0 0 1\n"}
        };
    }

    /** A matrix that is not finite or not rigid costs its frame the pose, and no other frame. */
    @Test(dataProvider = "forms")
    public void matricesFollowTheOrderOfIds(String name, String form) throws IOException {
        List<String> ids = new ArrayList<>();
        StringBuilder text = new StringBuilder("# matrices\n");
        for (int i = 0; i < 12; i++) {
            ids.add("frame-" + i);
            text.append(String.format(Locale.ROOT, form, i == 3 ? "nan" : i == 4 ? "-1" : "1", i));
        }
        Collections.shuffle(ids, new Random(7));
        manifest(null, ids.toArray(String[]::new));
        PosesRun.Summary summary = PosesRun.run(options(matrices(text.toString())));
        assertEquals(
                summary.sources().get(0).without(), Map.of(FoundPose.Lack.LOST, 1, FoundPose.Lack.NOT_RIGID, 1), name);
        for (FrameRecord frame : posed()) {
            int number = Integer.parseInt(frame.id().substring(6));
            if (number == 3 || number == 4) {
                assertNull(frame.pose(), frame.id());
            } else {
                assertEquals(frame.pose().get(3), (double) number, frame.id());
            }
        }
    }

    @DataProvider
    public Object[][] damaged() {
        String sound = String.format(Locale.ROOT, ROWS, 1);
        return new Object[][] {
            {sound, "found 1 matrices, expected 2"},
            {sound + sound + "1 0 0 0\n", "found 2 matrices and 1 rows of another"},
            {sound + "1 0 0\n0 1 0 2\n0 0 1\n", ":7: found '0 0 1', expected row 2 of a 4×4 matrix"},
            {sound + "hello\n", ":5: found 'hello', expected a 4×4 matrix"},
            {"", "found 0 matrices, expected one a frame"},
            {"\u0000\u0001\u0002", "expected a 4×4 matrix"}
        };
    }

    @Test(dataProvider = "damaged")
    public void aListThatDoesNotAddUpIsRefused(String text, String expected) throws IOException {
        manifest(null, "a", "b");
        DataException e = expectThrows(DataException.class, () -> PosesRun.run(options(matrices(text))));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertFalse(Files.exists(folder.resolve("posed.jsonl")));
    }

    @Test
    public void aFolderHasAFileForEachFrame() throws IOException {
        manifest(null, "room/a", "room/b", "room/c", "room/d");
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("a.txt"), String.format(Locale.ROOT, ROWS, 1));
        Files.writeString(files.resolve("b.pose.txt"), String.format(Locale.ROOT, ROWS, 2));
        Files.writeString(files.resolve("c.txt"), "1 2 3\n");
        PosesRun.Summary summary =
                PosesRun.run(options(new PosesRun.Options.Source(PosesRun.Options.Form.MATRICES, null, files)));
        assertEquals(
                summary.sources().get(0).without(), Map.of(FoundPose.Lack.UNREADABLE, 1, FoundPose.Lack.NO_FILE, 1));
        assertEquals(posed().get(1).pose().get(3), 2.0);
    }

    @Test
    public void worldToCameraIsTurnedRound() throws IOException {
        manifest(null, "1.0");
        Pose there = Pose.of(1, 2, 3, 0.1, -0.3, 0.5, 0.7).orElseThrow();
        String text = String.join(
                " ", there.inverse().matrix().stream().map(String::valueOf).toList());
        PosesRun.run(options(matrices(text)).with(given -> given.invert(true)));
        for (int i = 0; i < 16; i++) {
            assertEquals(posed().get(0).pose().get(i), there.matrix().get(i), 1e-12, "element " + i);
        }
    }

    @Test
    public void aSourceIsOfOneSceneAndOthersStayAsTheyAre() throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (String scene : List.of("one", "two")) {
            frames.add(FrameRecord.of(scene + "/1.0", "a.png")
                    .scene(scene)
                    .pose(Pose.IDENTITY.matrix())
                    .build());
        }
        ManifestWriter.write(folder.resolve("manifest.jsonl"), frames);
        PosesRun.Options.Source all = trajectory("1 7 0 0 0 0 0 1\n");
        ConfigurationException which = expectThrows(ConfigurationException.class, () -> PosesRun.run(options(all)));
        assertTrue(which.getMessage().contains("of 2 scenes"), which.getMessage());
        ConfigurationException none =
                expectThrows(ConfigurationException.class, () -> PosesRun.run(options(of("three", all))));
        assertTrue(none.getMessage().contains("expected one of [one, two]"), none.getMessage());
        expectThrows(
                ConfigurationException.class,
                () -> PosesRun.run(options(of("two", all))
                        .with(given -> given.sources(List.of(of("two", all), of("two", all))))));
        assertEquals(PosesRun.run(options(of("two", all))).posed(), 2);
        assertEquals(posed().get(0).pose(), Pose.IDENTITY.matrix());
        assertEquals(posed().get(1).pose().get(3), 7.0);
    }

    @Test
    public void aTrajectoryOfAnotherTimeIsToldWithTheFramesTime() throws IOException {
        manifest(null, "1.0");
        DataException far =
                expectThrows(DataException.class, () -> PosesRun.run(options(trajectory("99 1 2 3 0 0 0 1\n"))));
        assertTrue(far.getMessage().contains("1 have no pose near enough in time"), far.getMessage());
        DataException other =
                expectThrows(DataException.class, () -> PosesRun.run(options(trajectory("hello\nworld\n"))));
        assertTrue(other.getMessage().contains("is it the right file?"), other.getMessage());
        expectThrows(
                DataException.class,
                () -> PosesRun.run(
                        options(trajectory("1 1 2 3 0 0 0 1\n")).with(given -> given.out("manifest.jsonl"))));
        assertNotNull(Manifest.read(folder));
    }

    private void manifest(@Nullable String scene, String... ids) throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (String id : ids) {
            frames.add(FrameRecord.of(id, "a.png").scene(scene).build());
        }
        ManifestWriter.write(folder.resolve("manifest.jsonl"), frames);
    }

    private List<FrameRecord> posed() {
        return Manifest.read(folder.resolve("posed.jsonl")).frames();
    }

    private PosesRun.Options.Source trajectory(String text) throws IOException {
        return new PosesRun.Options.Source(
                PosesRun.Options.Form.TRAJECTORY, null, Files.writeString(folder.resolve("poses.txt"), text));
    }

    private PosesRun.Options.Source matrices(String text) throws IOException {
        return new PosesRun.Options.Source(
                PosesRun.Options.Form.MATRICES, null, Files.writeString(folder.resolve("matrices.txt"), text));
    }

    private static PosesRun.Options.Source of(String scene, PosesRun.Options.Source source) {
        return new PosesRun.Options.Source(source.form(), scene, source.path());
    }

    private PosesRun.Options options(PosesRun.Options.Source source) {
        return new PosesRun.Options(folder, "posed.jsonl", List.of(source), 0.02, 1, 0, false);
    }
}
