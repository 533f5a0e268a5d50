package dev.understudy.cli.train;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainingSources;
import dev.understudy.store.StoreDescription.Calibration;
import dev.understudy.store.StorePublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Streets that a student which has learnt nothing labelled, twice; a run on some labels is not resumed on others. */
public class LabelOriginIT {
    private static final String CALIBRATED = "calibrated";

    private Scratch scratch;

    @BeforeClass
    public void label() throws IOException {
        scratch = Scratch.create();
        CommandLineRun.render("streets", "64x32", 4, 0, scratch.resolve("streets"));
        ManifestWriter.write(
                scratch.resolve("streets/three.jsonl"),
                Manifest.read(scratch.resolve("streets")).frames().subList(0, 3));
        for (String store : List.of("labels", "others", CALIBRATED)) {
            Path student = scratch.resolve(store + ".pth");
            Students.write(student, 19, store.equals("others") ? 4 : 3, Task.SEGMENTATION, Task.DEPTH);
            CommandLineRun.label(
                    student, "cityscapes19", scratch.resolve("streets"), scratch.resolve(store), "--frames", "all");
        }
        StorePublisher.calibrate(
                scratch.resolve(CALIBRATED),
                new Calibration(
                        "temperature",
                        Map.of(
                                "temperature",
                                List.of(2.0),
                                "topK",
                                List.of(3.0),
                                "meanLevel",
                                Collections.nCopies(256, 128.0))));
        String shipped = Files.readString(Path.of("../conf/classes/cityscapes19.yaml"));
        Files.writeString(scratch.resolve("repainted.yaml"), shipped.replace("[128,  64, 128]", "[129,  64, 128]"));
        Files.writeString(scratch.resolve("renamed.yaml"), shipped.replaceAll("\\broad\\b", "asphalt"));
        Files.writeString(scratch.resolve("recipe.yaml"), recipe());
    }

    @AfterClass(alwaysRun = true)
    public void remove() throws IOException {
        scratch.close();
    }

    private static String recipe() {
        return """
                out: run
                classes: cityscapes19
                sources:
                  real: {manifest: streets/manifest.jsonl}
                  pseudo:
                    manifest: streets/manifest.jsonl
                    store: labels
                    policy: {threshold: {probability: 0.1}}
                    otherStores: {second: others}
                trainer:
                  seed: 1
                  network: {architecture: mt-lw-refinenet, tasks: [segmentation, depth], classes: 19}
                  stages:
                    - {name: a, steps: 1, batch: 2, crop: {width: 32, height: 32}, sources: {real: 0.5, pseudo: 0.5}}
                """;
    }

    private SortedMap<String, String> origins(String... settings) {
        TrainConfiguration recipe =
                ConfigurationLoader.load(scratch.resolve("recipe.yaml"), TrainConfiguration.class, absolute(settings));
        SortedMap<String, String> origins = new TreeMap<>();
        try (TrainingSources sources = TrainingSources.open(recipe)) {
            sources.sets()
                    .forEach((name, set) ->
                            set.origin().forEach((part, value) -> origins.put(name + "." + part, value)));
        }
        return origins;
    }

    /** {@code @} stands for the folder of all this. */
    private List<String> absolute(String... settings) {
        List<String> absolute = new ArrayList<>();
        for (String setting : settings) {
            absolute.add(setting.replace("@", scratch.path() + "/"));
        }
        return absolute;
    }

    @DataProvider
    public Object[][] changes() {
        return new Object[][] {
            {"sources.pseudo.policy={threshold: {probability: 0.2}}", "pseudo.policy"},
            {"sources.pseudo.store='@others'", "pseudo.store"},
            {"sources.pseudo.store='@calibrated'", "pseudo.store calibration"},
            {"sources.pseudo.otherStores={second: '@labels'}", "pseudo.otherStores.second"},
            {"sources.pseudo.otherStores={}", "pseudo.otherStores.second pseudo.otherStores.second calibration"},
            {"sources.pseudo.labels={soft: 2}", "pseudo.labels"},
            {"sources.pseudo.labels={soft: 1}", ""},
            {"sources.pseudo.learn=[segmentation]", "pseudo.learn"},
            {
                "sources.pseudo.depthStore='@labels'",
                "pseudo.depthStore pseudo.depthStore calibration pseudo.maxDepthSpread"
            },
            {"sources.pseudo.truth={manifest: '@streets', use: filter}", "pseudo.truth"},
            {"sources.real.manifest='@streets/three.jsonl'", "real.frames"},
            {"sources.real.maxDepth=20", "real.maxDepth"},
            {"classes='@repainted.yaml'", "pseudo.classes real.classes"},
        };
    }

    @Test(dataProvider = "changes")
    public void whatMakesOtherLabelsIsNamed(String setting, String parts) {
        SortedMap<String, String> before = origins();
        assertEquals(origins(), before);
        SortedMap<String, String> after = origins(setting);
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> String.valueOf(before.get(name)).equals(after.get(name)));
        assertEquals(String.join(" ", names), parts);
    }

    @Test
    public void otherClassesUnderTheSameNameAreRefused() {
        ConfigurationException error =
                expectThrows(ConfigurationException.class, () -> origins("classes='@renamed.yaml'"));
        assertTrue(
                error.getMessage().matches("sources\\.\\w+: the classes of its cityscapes19 are \\[road, .*asphalt.*"),
                error.getMessage());
    }

    @Test
    public void frameRecordsCountByWhatTheyTeach() throws IOException {
        SortedMap<String, String> before = origins();
        List<FrameRecord> frames = Manifest.read(scratch.resolve("streets")).frames();
        Path same = scratch.resolve("streets/scenes.jsonl");
        ManifestWriter.write(
                same, frames.stream().map(frame -> frame.withScene("one")).toList());
        assertEquals(origins("sources.real.manifest='@streets/scenes.jsonl'"), before);
        List<FrameRecord> turned = new ArrayList<>(frames);
        turned.set(0, frames.get(0).withSegmentation(frames.get(1).segmentation()));
        ManifestWriter.write(same, turned);
        assertFalse(origins("sources.real.manifest='@streets/scenes.jsonl'").equals(before));
    }

    @Test
    public void resumingOnOtherLabelsIsWrongUse() {
        CommandLineRun first = train();
        assertEquals(first.exitCode(), ExitCode.DONE, first.err());
        CommandLineRun same = train("--resume");
        assertEquals(same.exitCode(), ExitCode.DONE, same.err());
        CommandLineRun other = train("--resume", "--set", "sources.pseudo.policy={threshold: {probability: 0.2}}");
        assertEquals(other.exitCode(), ExitCode.USAGE, other.err());
        assertTrue(
                other.err()
                        .contains(
                                "other labels: sources.pseudo.policy was threshold: probability: 0.1 classes: {}, found"
                                        + " threshold: probability: 0.2 classes: {}; resume with the same, or train into another folder"),
                other.err());
    }

    private CommandLineRun train(String... options) {
        List<Object> arguments = new ArrayList<>(List.of(
                "train", "--config", scratch.resolve("recipe.yaml"), "--set", "out='" + scratch.resolve("run") + "'"));
        arguments.addAll(List.of(options));
        return CommandLineRun.of(arguments.toArray());
    }
}
