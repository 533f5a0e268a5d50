package dev.understudy.dataset.image;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.image.ClassSpace.ClassMap;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.ClassSpace.SemanticClass;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ClassSpaceTest {
    @DataProvider
    public Object[][] builtIn() {
        return new Object[][] {
            {"nyud40", 40, "wall", "otherprop", 0x8080C0},
            {"kitti6", 6, "sky", "vehicle", 0x400080},
            {"cityscapes19", 19, "road", "bicycle", 0x770B20},
            {"camvid11", 11, "sky", "bicyclist", 0x0080C0},
            {"ade20k150", 150, "wall", "flag", 0x00E080},
            {"cocostuff171", 171, "person", "wood", 0xC0A040},
            {"nyud40-kitti6", 46, "wall", "vehicle", 0x400080},
            {"nyud40-cityscapes19", 59, "wall", "bicycle", 0x770B20},
        };
    }

    @Test(dataProvider = "builtIn")
    public void builtInSpacesAreWhatTheFieldUses(String name, int size, String first, String last, int lastColour) {
        ClassSpace space = ClassSpace.load(name);
        assertEquals(space.name(), name);
        assertEquals(space.size(), size);
        assertEquals(space.className(0), first);
        assertEquals(space.className(size - 1), last);
        assertEquals(space.palette().colour(size - 1), lastColour);
        assertEquals(space.className(LabelMap.IGNORE), "ignore");
    }

    /** A class that is misspelt would be one that is never said. */
    @Test(dataProvider = "builtIn")
    public void declaredMapsNameClassesThatThereAre(String name, int size, String first, String last, int lastColour) {
        ClassSpace space = ClassSpace.load(name);
        space.maps().forEach((target, map) -> {
            ClassMap declared = space.mapTo(ClassSpace.load(target));
            assertEquals(declared.apply(LabelMap.IGNORE), LabelMap.IGNORE);
            assertFalse(map.isEmpty());
        });
        if (name.equals("ade20k150")) {
            ClassMap toRooms = space.mapTo(ClassSpace.load("nyud40"));
            assertEquals(toRooms.apply(space.indexOf("windowpane").orElseThrow()), 8);
            assertEquals(toRooms.apply(space.indexOf("sea").orElseThrow()), LabelMap.IGNORE);
        }
    }

    @Test
    public void cityscapesBecomesKittiByItsMap() {
        ClassSpace cityscapes = ClassSpace.load("cityscapes19");
        ClassSpace kitti = ClassSpace.load("kitti6");
        ClassMap map = cityscapes.mapTo(kitti);
        assertEquals(map.apply(cityscapes.indexOf("truck").orElseThrow()), 5);
        assertEquals(map.apply(cityscapes.indexOf("terrain").orElseThrow()), 4);
        assertEquals(map.apply(cityscapes.indexOf("person").orElseThrow()), LabelMap.IGNORE);
        assertEquals(map.apply(LabelMap.IGNORE), LabelMap.IGNORE);
        LabelMap mapped = map.apply(new LabelMap(2, 2, new byte[] {0, 10, 11, -1}));
        assertEquals(mapped.classes(), new byte[] {2, 0, -1, -1});
    }

    @Test
    public void aJointSpaceTakesInAndGivesOutItsParts() {
        ClassSpace joint = ClassSpace.load("nyud40-kitti6");
        ClassSpace kitti = ClassSpace.load("kitti6");
        assertEquals(joint.slices(), Map.of("nyud40", new ClassSlice(0, 40), "kitti6", new ClassSlice(40, 46)));
        assertEquals(List.copyOf(joint.slices().keySet()), List.of("nyud40", "kitti6"));
        assertEquals(kitti.mapTo(joint).apply(2), 42);
        assertEquals(joint.mapTo(kitti).apply(42), 2);
        assertEquals(joint.mapTo(kitti).apply(3), LabelMap.IGNORE);
        assertEquals(kitti.mapTo(kitti).apply(5), 5);
        assertEquals(kitti.slice("kitti6").orElseThrow().size(), 6);
    }

    @Test
    public void noWayBetweenSpacesIsSaid() {
        ConfigurationException e = expectThrows(
                ConfigurationException.class, () -> ClassSpace.load("nyud40").mapTo(ClassSpace.load("kitti6")));
        assertTrue(e.getMessage().startsWith("class space nyud40 has no map to kitti6"), e.getMessage());
    }

    @Test
    public void aUsersOwnFile() throws IOException {
        Path folder = Scratch.folder("classes");
        Path own = Files.writeString(folder.resolve("own.yaml"), """
                name: own
                classes:
                  - {name: thing, colour: [1, 2, 3]}
                  - {name: stuff, colour: [4, 5, 6]}
                maps:
                  kitti6: {thing: car}
                """);
        Files.writeString(folder.resolve("joint.yaml"), "name: joint\njoin: [own.yaml, kitti6]\n");
        ClassSpace space = ClassSpace.load(own.toString());
        assertEquals(space.classes().get(1), new SemanticClass("stuff", 0x040506));
        assertEquals(ClassSpace.load(folder.resolve("joint.yaml").toString()).size(), 8);
        ConfigurationException e =
                expectThrows(ConfigurationException.class, () -> space.mapTo(ClassSpace.load("kitti6")));
        assertTrue(e.getMessage().contains("maps thing to 'car', which kitti6 does not have"), e.getMessage());
    }

    @Test
    public void mistakesAreToldAtTheirPlaces() throws IOException {
        Path folder = Scratch.folder("classes");
        Path own = Files.writeString(folder.resolve("own.yaml"), """
                name: own
                classes:
                  - {name: thing, colour: [1, 2, 300]}
                  - {name: thing, colour: [1, 2]}
                """);
        ConfigurationException e = expectThrows(ConfigurationException.class, () -> ClassSpace.load(own.toString()));
        assertEquals(
                e.problems(),
                List.of(
                        own + ":3:34: 'colour.2' must be from 0 to 255, found 300",
                        own + ":4:27: 'colour' must be [red, green, blue]"));
        assertTrue(expectThrows(ConfigurationException.class, () -> ClassSpace.load("nyu40"))
                .getMessage()
                .contains("did you mean 'nyud40'?"));
        Files.writeString(folder.resolve("self.yaml"), "name: self\njoin: [self.yaml]\n");
        assertTrue(expectThrows(
                        ConfigurationException.class,
                        () -> ClassSpace.load(folder.resolve("self.yaml").toString()))
                .getMessage()
                .contains("joins itself"));
    }

    @Test(dataProvider = "builtIn")
    public void whatIsBuiltInIsKnownByItsClassesToo(String name, int size, String first, String last, int lastColour) {
        ClassSpace space = ClassSpace.load(name);
        assertTrue(space.isBuiltIn());
        List<SemanticClass> classes = new ArrayList<>(space.classes());
        Collections.swap(classes, 0, size - 1);
        assertFalse(new ClassSpace(name, classes, space.maps(), space.slices()).isBuiltIn());
    }

    @Test
    public void aSpaceComesBackFromTheFileThatItIsWrittenInto() throws IOException {
        ClassSpace space = new ClassSpace(
                "own",
                List.of(new SemanticClass("on", 0x0102ff), new SemanticClass("täfelung: hell # 1", 0)),
                Map.of("kitti6", Map.of("on", "road")),
                Map.of());
        Path file = Files.writeString(Scratch.folder("classes").resolve("own.yml"), space.toYaml());
        assertEquals(ClassSpace.load(file.toString()), space);
    }
}
