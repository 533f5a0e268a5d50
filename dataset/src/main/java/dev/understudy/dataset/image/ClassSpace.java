package dev.understudy.dataset.image;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.conf.Default;
import dev.understudy.conf.PathText;
import dev.understudy.conf.Suggestion;
import dev.understudy.dataset.image.ClassSpace.SemanticClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Names and colours of the class indices 0 … size−1, and how they translate to other spaces. A joint space is several
 * spaces one after the other, each with its {@link ClassSlice}. Immutable.
 *
 * @param maps by target space: class name here → class name there; what is not listed is ignored there
 * @param slices of a joint space by the names of its parts, in order; empty for a simple one
 */
public record ClassSpace(
        String name,
        List<SemanticClass> classes,
        Map<String, Map<String, String>> maps,
        Map<String, ClassSlice> slices) {

    /** Indices 0–254; 255 means ignore. */
    public static final int MAX_CLASSES = LabelMap.IGNORE;

    public ClassSpace {
        classes = List.copyOf(classes);
        maps = Collections.unmodifiableMap(new LinkedHashMap<>(maps));
        slices = Collections.unmodifiableMap(new LinkedHashMap<>(slices));
    }

    /**
     * @param nameOrPath a built-in space ({@code nyud40}, {@code kitti6}, {@code cityscapes19}, {@code camvid11},
     *     {@code ade20k150}, {@code cocostuff171}, {@code nyud40-kitti6}, {@code nyud40-cityscapes19}), or the path of
     *     a YAML file of the user's
     * @throws ConfigurationException if there is none, or it says nonsense
     */
    public static ClassSpace load(String nameOrPath) {
        return ClassSpaceFiles.load(nameOrPath);
    }

    /** Whether there is a built-in space of this name, with these classes in these colours. */
    public boolean isBuiltIn() {
        return ClassSpaceFiles.BUILT_IN.contains(name) && load(name).classes.equals(classes);
    }

    /** As a file has it that {@link #load} reads; of a joint space, without its parts. */
    public String toYaml() {
        return ClassSpaceFiles.toYaml(this);
    }

    /** Names of the class spaces that come with the program, in the order in which one is looked for by its size. */
    public static List<String> builtIn() {
        return ClassSpaceFiles.BUILT_IN;
    }

    /** Whether {@code nameOrPath} is the path of a file, and not the name of a built-in space. */
    public static boolean isFile(String nameOrPath) {
        return nameOrPath.endsWith(".yaml") || nameOrPath.endsWith(".yml");
    }

    public int size() {
        return classes.size();
    }

    public boolean isJoint() {
        return !slices.isEmpty();
    }

    /** @param index 0 … size−1, or {@link LabelMap#IGNORE}, which is called {@code ignore} */
    public String className(int index) {
        return index == LabelMap.IGNORE ? "ignore" : classes.get(index).name();
    }

    public Optional<Integer> indexOf(String className) {
        return IntStream.range(0, size())
                .filter(i -> classes.get(i).name().equals(className))
                .boxed()
                .findFirst();
    }

    /** Names in index order. */
    public List<String> names() {
        return classes.stream().map(SemanticClass::name).toList();
    }

    /** Where a data set of the space {@code part} is in this one; the whole of it if it is this one. */
    public Optional<ClassSlice> slice(String part) {
        return part.equals(name) ? Optional.of(ClassSlice.all(size())) : Optional.ofNullable(slices.get(part));
    }

    /** Lines of index, name and colour, separated by tabs, for other programs. */
    public String table() {
        StringBuilder table = new StringBuilder("label\tname\tred\tgreen\tblue\n");
        for (int index = 0; index < size(); index++) {
            int colour = palette().colour(index);
            table.append(index + "\t" + className(index) + "\t" + (colour >> 16) + "\t" + (colour >> 8 & 0xFF) + "\t"
                    + (colour & 0xFF) + "\n");
        }
        return table.toString();
    }

    public Palette palette() {
        return new Palette(classes.stream().map(SemanticClass::colour).toList());
    }

    /**
     * How labels of this space are written in {@code target}: as they are, by their slice, out of their slice, or by
     * the map that this space declares.
     *
     * @throws ConfigurationException if there is no way
     */
    public ClassMap mapTo(ClassSpace target) {
        Optional<ClassSlice> there = target.slice(name);
        if (there.isPresent()) {
            return new ClassMap(
                    IntStream.range(0, size()).map(i -> i + there.get().from()).toArray());
        }
        Optional<ClassSlice> here = slice(target.name);
        if (here.isPresent()) {
            return new ClassMap(IntStream.range(0, size())
                    .map(i -> i >= here.get().from() && i < here.get().to()
                            ? i - here.get().from()
                            : LabelMap.IGNORE)
                    .toArray());
        }
        Map<String, String> map = maps.get(target.name);
        if (map == null) {
            throw new ConfigurationException("class space " + name + " has no map to " + target.name
                    + "; declare one under 'maps' in a class space file of your own");
        }
        return new ClassMap(named(map, target));
    }

    private int[] named(Map<String, String> map, ClassSpace target) {
        List<String> problems = new ArrayList<>();
        int[] table = new int[size()];
        for (int i = 0; i < table.length; i++) {
            String to = map.get(classes.get(i).name());
            Optional<Integer> index = to == null ? Optional.empty() : target.indexOf(to);
            if (to != null && index.isEmpty()) {
                problems.add("class space " + name + " maps " + classes.get(i).name() + " to '" + to + "', which "
                        + target.name + " does not have; correct it under 'maps'");
            }
            table[i] = index.orElse(LabelMap.IGNORE);
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return table;
    }

    /** @param colour 0xRRGGBB */
    public record SemanticClass(String name, int colour) {}

    /** YAML → {@link ClassSpace}. */
    private static final class ClassSpaceFiles {
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

        private static ClassSpace build(
                String source, ClassSpaceFile file, @Nullable Path folder, List<String> within) {
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
                    throw new ConfigurationException(
                            source + ": joins more than " + ClassSpace.MAX_CLASSES + " classes");
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

    /** Class index → class index, 255 for what has no counterpart. Immutable. */
    public static final class ClassMap {
        private final byte[] table;

        /** @param table for each index below its length, what it becomes (0–255); all others become 255 */
        public ClassMap(int[] table) {
            if (table.length > 256) {
                throw new IllegalArgumentException(table.length + " entries for 256 indices");
            }
            this.table = new byte[256];
            Arrays.fill(this.table, (byte) LabelMap.IGNORE);
            for (int i = 0; i < table.length; i++) {
                if (table[i] < 0 || table[i] > 255) {
                    throw new IllegalArgumentException(
                            "index " + i + " becomes " + table[i] + ", which is not in 0–255");
                }
                this.table[i] = (byte) table[i];
            }
        }

        /** @param index 0–255 */
        public int apply(int index) {
            return table[index] & 0xFF;
        }

        public LabelMap apply(LabelMap labels) {
            byte[] mapped = new byte[labels.classes().length];
            for (int i = 0; i < mapped.length; i++) {
                mapped[i] = table[labels.classAt(i)];
            }
            return new LabelMap(labels.width(), labels.height(), mapped);
        }
    }

    /**
     * The outputs of the segmentation head that one data set uses, when several share a head: NYUD-40 the outputs 0–39
     * and
     * KITTI-6 the outputs 40–45 of 46. A frame's class c is output {@code from + c}.
     *
     * @param from first output
     * @param to one past the last
     */
    public record ClassSlice(int from, int to) {
        /** Of a head of any size. */
        public static final ClassSlice ALL = new ClassSlice(0, Integer.MAX_VALUE);

        public ClassSlice {
            if (from < 0 || to <= from) {
                throw new IllegalArgumentException("classes " + from + " to " + to + " (exclusive): none");
            }
        }

        /** All of a head with {@code classes} outputs. */
        public static ClassSlice all(int classes) {
            return new ClassSlice(0, classes);
        }

        public int size() {
            return to - from;
        }
    }
}
