package dev.understudy.dataset.classes;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.Palette;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

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
}
