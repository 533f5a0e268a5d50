package dev.understudy.dataset.classes;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.conf.Default;
import dev.understudy.conf.PathText;
import dev.understudy.conf.Suggestion;
import dev.understudy.dataset.classes.ClassSpace.SemanticClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** YAML → {@link ClassSpace}. */
final class ClassSpaceFiles {
    private static final String RESOURCES = "/dev/understudy/conf/classes/";
    static final List<String> BUILT_IN = List.of(
            "nyud40",
            "kitti6",
            "cityscapes19",
            "camvid11",
            "ade20k150",
            "cocostuff171",
            "nyud40-kitti6",
            "nyud40-cityscapes19");

    private ClassSpaceFiles() {}

    /**
     * A class space as a file writes it.
     *
     * @param classes in index order; or else
     * @param join the spaces that are put one after the other
     */
    record ClassSpaceFile(
            String name,
            @Default("[]") List<ClassEntry> classes,
            @Default("[]") List<String> join,
            @Default("{}") Map<String, Map<String, String>> maps) {
        ClassSpaceFile {
            Checks checks = new Checks()
                    .that(name.matches("[A-Za-z0-9._-]+"), "name", "must be of letters, digits, '.', '_' and '-'")
                    .that(
                            classes.isEmpty() != join.isEmpty(),
                            "classes",
                            "must list classes, or 'join' spaces, and not both")
                    .that(
                            classes.size() <= ClassSpace.MAX_CLASSES,
                            "classes",
                            "must be at most " + ClassSpace.MAX_CLASSES + ", found " + classes.size());
            checkNames(classes, checks);
            Set<String> names =
                    new HashSet<>(classes.stream().map(ClassEntry::name).toList());
            maps.forEach((target, map) -> map.keySet()
                    .forEach(c -> checks.that(
                            names.contains(c),
                            "maps." + target + "." + c,
                            "must be a class of this space; " + Suggestion.phrase(c, names))));
            checks.verify();
        }

        private static void checkNames(List<ClassEntry> classes, Checks checks) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < classes.size(); i++) {
                String name = classes.get(i).name();
                checks.that(seen.add(name), "classes." + i + ".name", "must be unique, found '" + name + "' again");
            }
        }
    }

    /** @param colour red, green and blue, 0–255 each */
    record ClassEntry(String name, List<Integer> colour) {
        ClassEntry {
            Checks checks = new Checks().notBlank("name", name);
            checks.that(colour.size() == 3, "colour", "must be [red, green, blue]");
            for (int i = 0; i < colour.size(); i++) {
                checks.inRange("colour." + i, colour.get(i), 0, 255);
            }
            checks.verify();
        }

        int rgb() {
            return colour.get(0) << 16 | colour.get(1) << 8 | colour.get(2);
        }
    }

    static String toYaml(ClassSpace space) {
        List<ClassEntry> classes = space.classes().stream()
                .map(one -> new ClassEntry(
                        one.name(), List.of(one.colour() >> 16, one.colour() >> 8 & 0xFF, one.colour() & 0xFF)))
                .toList();
        return ConfigurationWriter.toYaml(new ClassSpaceFile(space.name(), classes, List.of(), space.maps()));
    }

    static ClassSpace load(String nameOrPath) {
        return load(nameOrPath, null, new ArrayList<>());
    }

    /** @param folder where a joint space's own parts are looked for as files */
    private static ClassSpace load(String nameOrPath, @Nullable Path folder, List<String> within) {
        if (within.contains(nameOrPath)) {
            throw new ConfigurationException(
                    "class space " + nameOrPath + " joins itself, through " + String.join(" → ", within));
        }
        List<String> deeper = new ArrayList<>(within);
        deeper.add(nameOrPath);
        if (BUILT_IN.contains(nameOrPath)) {
            String name = "conf/classes/" + nameOrPath + ".yaml";
            ClassSpaceFile file =
                    ConfigurationLoader.parse(name, resource(nameOrPath), ClassSpaceFile.class, List.of());
            return build(name, file, folder, deeper);
        }
        if (!ClassSpace.isFile(nameOrPath)) {
            throw new ConfigurationException(
                    "there is no class space '" + nameOrPath + "'; " + Suggestion.phrase(nameOrPath, BUILT_IN)
                            + "; a file of your own is given by its path, ending .yaml or .yml");
        }
        Path path = folder == null ? PathText.parse(nameOrPath) : PathText.resolve(folder, nameOrPath);
        ClassSpaceFile file = ConfigurationLoader.load(path, ClassSpaceFile.class, List.of());
        return build(path.toString(), file, path.toAbsolutePath().getParent(), deeper);
    }

    private static ClassSpace build(String source, ClassSpaceFile file, @Nullable Path folder, List<String> within) {
        if (file.join().isEmpty()) {
            List<SemanticClass> classes = file.classes().stream()
                    .map(c -> new SemanticClass(c.name(), c.rgb()))
                    .toList();
            return new ClassSpace(file.name(), classes, file.maps(), Map.of());
        }
        List<SemanticClass> classes = new ArrayList<>();
        Map<String, ClassSlice> slices = new LinkedHashMap<>();
        for (String part : file.join()) {
            ClassSpace space = load(part, folder, within);
            slices.put(space.name(), new ClassSlice(classes.size(), classes.size() + space.size()));
            classes.addAll(space.classes());
            if (classes.size() > ClassSpace.MAX_CLASSES) {
                throw new ConfigurationException(source + ": joins more than " + ClassSpace.MAX_CLASSES + " classes");
            }
        }
        return new ClassSpace(file.name(), classes, file.maps(), slices);
    }

    private static String resource(String name) {
        try (InputStream in = ClassSpaceFiles.class.getResourceAsStream(RESOURCES + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException(RESOURCES + name + ".yaml is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
