package dev.understudy.cli.label;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.NetworkExpert;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Published networks on photographs, by the cards beside this test, against what their README says of them. The files
 * are others' and not part of this repository; {@link LabelCardIT} goes the same way with made ones.
 */
public class RealExpertsIT {
    private static final Path DATA = Path.of("..", "..", "shared", "data");

    private Scratch scratch;

    @BeforeClass
    public void find() throws IOException {
        if (!Files.isDirectory(DATA.resolve("experts"))) {
            throw new SkipException(DATA + " is not there");
        }
        scratch = Scratch.create();
    }

    @AfterClass
    public void remove() throws IOException {
        if (scratch != null) {
            scratch.close();
        }
    }

    private ExpertPlan plan(String name) throws IOException {
        String card;
        try (var in = Objects.requireNonNull(RealExpertsIT.class.getResourceAsStream(name + ".yaml"))) {
            card = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Path network = DATA.resolve("experts").resolve(name + ".onnx").toRealPath();
        Path file = Files.writeString(
                scratch.resolve(name + ".yaml"), card.replace("onnx: " + name + ".onnx", "onnx: '" + network + "'"));
        return ExpertPlan.of(ExpertConfiguration.ofCard(file).build());
    }

    /** A frame's files; no depth is an empty path. */
    private record Listed(Path rgb, Path labels, Path depth) {}

    /** @param step of the listed frames every so many are looked at */
    private static List<Listed> rooms(int step) throws IOException {
        Path root = DATA.resolve("nyudv2");
        List<Listed> frames = new ArrayList<>();
        List<String> lines = Files.readAllLines(root.resolve("test.txt"));
        for (int i = 0; i < lines.size(); i += step) {
            String[] files = lines.get(i).split("\t");
            frames.add(new Listed(root.resolve(files[0]), root.resolve(files[1]), root.resolve(files[2])));
        }
        return frames;
    }

    private static List<Listed> streets() throws IOException {
        Path root = DATA.resolve("camvid").resolve("val");
        List<Listed> frames = new ArrayList<>();
        try (var files = Files.list(root.resolve("rgb"))) {
            List<Path> all = files.sorted().toList();
            for (int i = 0; i < all.size(); i += 3) {
                frames.add(new Listed(
                        all.get(i), root.resolve("labels").resolve(all.get(i).getFileName()), Path.of("")));
            }
        }
        return frames;
    }

    private static Frame frame(Listed files) {
        FrameRecord record = FrameRecord.of("frame", "frame.png").build();
        return new Frame(record, RgbFiles.read(files.rgb), null, null, null);
    }

    /**
     * What the README beside the data says, in percent.
     *
     * <p>{@code right} is over all classes of the truth, {@code rightOfKnown} over those that the expert can say.
     * The last is how many frames are passed over.
     */
    @DataProvider
    public Object[][] experts() {
        return new Object[][] {
            {"rooms-mosaic", 59, 80, 3}, {"rooms-deeplab", 56, 76, 6}, {"streets-deeplab", 87, 87, 3},
        };
    }

    @Test(dataProvider = "experts")
    public void labelsAreAsRightAsTheirReadmeSays(String name, int right, int rightOfKnown, int step)
            throws IOException {
        ExpertPlan plan = plan(name);
        boolean streets = name.startsWith("streets");
        List<Integer> known = plan.knownClasses();
        assertEquals(known == null ? 0 : known.size(), streets ? 0 : 16);
        long[] all = new long[2];
        long[] ofKnown = new long[2];
        try (Expert expert = new NetworkExpert(plan.build(2), plan, 2)) {
            for (Listed files : streets ? streets() : rooms(step)) {
                SegmentationEvidence said =
                        Objects.requireNonNull(expert.predict(frame(files)).segmentation());
                LabelMap truth = LabelFiles.read(files.labels);
                for (int i = 0; i < said.pixels(); i++) {
                    int label = truth.classAt(i);
                    if (label == LabelMap.IGNORE || streets && label == 11) {
                        continue;
                    }
                    int hit = (said.classes()[i] & 0xFF) == label ? 1 : 0;
                    all[0] += hit;
                    all[1]++;
                    if (known == null || known.contains(label)) {
                        ofKnown[0] += hit;
                        ofKnown[1]++;
                    }
                }
            }
        }
        double found = 100.0 * all[0] / all[1];
        double foundOfKnown = 100.0 * ofKnown[0] / ofKnown[1];
        System.out.println(
                name + ": " + found + " % of pixels right, " + foundOfKnown + " % of those of known classes");
        // README's figures are of 109 frames, as every third one are, and whole numbers.
        assertEquals(found, right, 1, name);
        assertEquals(foundOfKnown, rightOfKnown, 1, name);
    }

    @Test
    public void depthIsAsNearAsTheSameNetworkGivesElsewhere() throws IOException {
        ExpertPlan plan = plan("rooms-depth");
        double squares = 0;
        double ofFrames = 0;
        int frames = 0;
        long pixels = 0;
        long near = 0;
        long unseen = 0;
        try (Expert expert = new NetworkExpert(plan.build(2), plan, 2)) {
            for (Listed files : rooms(6)) {
                DepthEvidence said =
                        Objects.requireNonNull(expert.predict(frame(files)).depth());
                DepthMap truth = DepthFiles.read(files.depth, 25.5);
                double before = squares;
                long pixelsBefore = pixels;
                for (int i = 0; i < said.metres().length; i++) {
                    double metres = truth.metres()[i];
                    if (metres <= 0 || metres > 10) {
                        continue;
                    }
                    if (said.metres()[i] == 0) {
                        unseen++;
                        continue;
                    }
                    double difference = Math.min(said.metres()[i], 10) - metres;
                    squares += difference * difference;
                    pixels++;
                    near += Math.max(said.metres()[i] / metres, metres / said.metres()[i]) < 1.25 ? 1 : 0;
                }
                ofFrames += Math.sqrt((squares - before) / (pixels - pixelsBefore));
                frames++;
            }
        }
        double rmse = Math.sqrt(squares / pixels);
        System.out.println("rooms-depth: RMSE " + rmse + " m, mean of the frames' " + ofFrames / frames
                + " m, within 1.25 " + (double) near / pixels + ", unseen " + (double) unseen / (pixels + unseen));
        // README's 0.59 is the mean of the frames' own; over all pixels at once far rooms weigh more.
        assertEquals(ofFrames / frames, 0.59, 0.05 * 0.59);
        assertEquals((double) near / pixels, 0.75, 0.04);
        assertTrue(unseen > 0.1 * pixels && unseen < 0.25 * pixels, "the card shows the network the middle alone");
    }
}
