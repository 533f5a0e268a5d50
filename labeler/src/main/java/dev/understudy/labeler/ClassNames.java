package dev.understudy.labeler;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Named;
import dev.understudy.conf.Suggestion;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassMap;
import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a network's outputs, in their order: written as a list, or as the name (or the file) of a class space.
 *
 * @param names of the classes; one name alone is that of a class space
 */
@Named("classes")
public record ClassNames(List<String> names) {
    /** What a class is mapped to that the target does not have. */
    static final String NONE = "none";

    public ClassNames {
        names = List.copyOf(names);
        Checks checks = new Checks()
                .that(!names.isEmpty(), "names", "must be a list of classes, or the name of a class space")
                .that(
                        names.size() <= ClassSpace.MAX_CLASSES,
                        "names",
                        "must be at most " + ClassSpace.MAX_CLASSES + ", found " + names.size());
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            checks.notBlank("names." + i, name)
                    .that(names.indexOf(name) == i, "names." + i, "must be unique, found '" + name + "' again");
        }
        checks.verify();
    }

    /** The class space that is named; null if classes are listed. */
    @Nullable
    ClassSpace space() {
        return names.size() == 1 ? ClassSpace.load(names.get(0)) : null;
    }

    /**
     * What each class is in {@code target}: what {@code map} says, or else the class of the same name, or else what the
     * class space declares, or else {@link LabelMap#IGNORE}.
     *
     * @param card the file, for messages
     * @throws ConfigurationException if {@code map} names what is not there
     */
    int[] mapTo(ClassSpace target, Map<String, String> map, String card) {
        ClassSpace space = space();
        List<String> own = space == null ? names : space.names();
        check(own, target, map, card);
        @Nullable ClassMap declared = space == null || !isMapped(space, target) ? null : space.mapTo(target);
        int[] table = new int[own.size()];
        for (int i = 0; i < table.length; i++) {
            String named = map.get(own.get(i));
            Optional<Integer> index = named == null ? target.indexOf(own.get(i)) : target.indexOf(named);
            int otherwise = named == null && declared != null ? declared.apply(i) : LabelMap.IGNORE;
            table[i] = index.orElse(otherwise);
        }
        return table;
    }

    private static boolean isMapped(ClassSpace space, ClassSpace target) {
        return space.maps().containsKey(target.name())
                || target.slice(space.name()).isPresent()
                || space.slice(target.name()).isPresent();
    }

    private static void check(List<String> own, ClassSpace target, Map<String, String> map, String card) {
        List<String> problems = new ArrayList<>();
        map.forEach((from, to) -> {
            if (!own.contains(from)) {
                problems.add(card + ": map: '" + from + "' is none of the expert's classes; "
                        + Suggestion.phrase(from, own));
            }
            if (!to.equals(NONE) && target.indexOf(to).isEmpty()) {
                problems.add(card + ": map: '" + from + "' becomes '" + to + "', which " + target.name()
                        + " does not have; " + Suggestion.phrase(to, target.names()) + " Or write " + NONE);
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }
}
