package dev.understudy.dataset.edit;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.MadeFiles;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset merge}: puts manifests together. Labels stay as they are and every frame keeps the name of its own
 * class space; a network with a joint space learns each from its own slice of outputs.
 */
public final class MergeRun {
    private static final String MADE_FILE = "merge.files";

    private final MergeOptions options;
    private final @Nullable ClassSpace joint;
    private final Set<String> ids = new HashSet<>();
    private final Map<String, Integer> splits = new TreeMap<>();
    private final Map<String, Integer> labelled = new TreeMap<>();
    private final Map<String, String> spaceNames = new HashMap<>();

    /**
     * What was done.
     *
     * @param splits frames by split, sorted; {@code none} for those without
     * @param labelled frames by the class space of their labels, sorted
     * @param slices the part of the joint class space that each of these takes up; empty without one
     */
    public record Summary(
            Path manifest,
            int frames,
            Map<String, Integer> splits,
            Map<String, Integer> labelled,
            Map<String, ClassSlice> slices) {}

    private MergeRun(MergeOptions options) {
        this.options = options;
        this.joint = options.classes() == null ? null : ClassSpace.load(options.classes());
    }

    /**
     * @throws DataException if an id comes twice, or a file that has to be copied is not there
     * @throws ConfigurationException if a class space is no part of the joint one
     */
    public static Summary run(MergeOptions options, Progress progress) throws IOException {
        return new MergeRun(options).run(progress);
    }

    private Summary run(Progress progress) throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        for (MergeOptions.Input input : options.inputs()) {
            manifests.add(Manifest.read(input.manifest()));
        }
        int total = manifests.stream().mapToInt(Manifest::size).sum();
        Path out = options.out().resolve(Manifest.FILE_NAME);
        requireFree(out);
        Files.createDirectories(options.out());
        List<Path> folders = manifests.stream().map(Manifest::folder).toList();
        try (MadeFiles made = MadeFiles.open(options.out(), MADE_FILE, "", false);
                ManifestWriter writer = new ManifestWriter(out)) {
            for (int i = 0; i < manifests.size(); i++) {
                MergeOptions.Input input = options.inputs().get(i);
                Manifest manifest = manifests.get(i);
                Placement placement = new Placement(List.of(manifest.folder()), folders, options.out(), made);
                if (input.name().isEmpty() && !placement.inPlace()) {
                    // Its files would land between those of the others, and perhaps on them.
                    throw new ConfigurationException(input.manifest() + ": has no name, expected NAME=MANIFEST for an"
                            + " input whose files have to be copied");
                }
                for (FrameRecord frame : manifest.frames()) {
                    writer.add(moved(frame, input, manifest.folder(), placement));
                    progress.at(writer.frames(), total);
                }
            }
            writer.publish();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return new Summary(out, total, splits, labelled, slices());
    }

    /** A manifest that no merge has written stays as it is, be it an input or not. */
    private void requireFree(Path out) throws IOException {
        for (MergeOptions.Input input : options.inputs()) {
            if (Files.exists(out) && Files.isSameFile(out, file(input.manifest()))) {
                throw new ConfigurationException(out + ": is an input and would be replaced; choose another --out");
            }
        }
        if (Files.exists(out) && !Files.exists(options.out().resolve(MADE_FILE))) {
            throw new ConfigurationException(out + ": is there already and was made by no merge (" + MADE_FILE
                    + " is missing); choose another --out, or remove it");
        }
    }

    private static Path file(Path manifest) {
        return Files.isDirectory(manifest) ? manifest.resolve(Manifest.FILE_NAME) : manifest;
    }

    private FrameRecord moved(FrameRecord frame, MergeOptions.Input input, Path folder, Placement placement) {
        String prefix = input.name().isEmpty() || frame.id().startsWith(input.name() + "/") ? "" : input.name() + "/";
        String id = prefix + frame.id();
        if (!ids.add(id)) {
            throw new DataException(input.manifest() + ": found id '" + id
                    + "' for the second time, expected ids to be unique; give the inputs names, NAME=MANIFEST");
        }
        String classes = frame.segmentation() == null ? frame.classes() : classSpace(frame, input, folder, placement);
        FrameRecord moved = Records.moved(frame, id, classes, path -> place(placement, folder, path, input.name()));
        String split = frame.split();
        if (options.nameSplits()) {
            split = split == null ? input.name() : input.name() + "-" + split;
        }
        splits.merge(split == null ? "none" : split, 1, Integer::sum);
        String scene = frame.scene() == null ? null : prefix + frame.scene();
        return moved.withSplit(split).withScene(scene);
    }

    private static String place(Placement placement, Path folder, String path, String name) {
        try {
            return placement.take(FrameRules.resolve(folder, path), name.isEmpty() ? path : name + "/" + path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A class space of the user's own is a file in the input's folder; built-in ones are known everywhere. */
    private @Nullable String classSpace(FrameRecord frame, MergeOptions.Input input, Path folder, Placement placement) {
        String named = frame.classes();
        if (named == null) {
            return null;
        }
        boolean file = ClassSpace.isFile(named);
        String loaded = file ? folder.resolve(named).toString() : named;
        String name = spaceNames.get(loaded);
        if (name == null) {
            name = Manifest.of(folder, List.of()).classSpace(named).name();
            spaceNames.put(loaded, name);
            if (joint != null && joint.slice(name).isEmpty()) {
                throw new ConfigurationException("class space " + name + " of " + input.manifest() + " is no part of "
                        + joint.name() + "; join them in a class space file of your own");
            }
        }
        labelled.merge(name, 1, Integer::sum);
        return file ? place(placement, folder, named, input.name()) : named;
    }

    private Map<String, ClassSlice> slices() {
        Map<String, ClassSlice> slices = new TreeMap<>();
        for (String space : labelled.keySet()) {
            if (joint != null) {
                joint.slice(space).ifPresent(slice -> slices.put(space, slice));
            }
        }
        return slices;
    }

    /** Records with something changed. */
    static final class Records {
        private Records() {}

        /** @param path is given every path of the record, one after the other */
        static FrameRecord moved(FrameRecord frame, String id, @Nullable String classes, UnaryOperator<String> path) {
            return frame.with(moved -> moved.id(id)
                    .rgb(path.apply(frame.rgb()))
                    .depth(optional(frame.depth(), path))
                    .segmentation(optional(frame.segmentation(), path))
                    .normals(optional(frame.normals(), path))
                    .classes(classes));
        }

        private static @Nullable String optional(@Nullable String path, UnaryOperator<String> move) {
            return path == null ? null : move.apply(path);
        }
    }

    /**
     * What to put together.
     *
     * @param inputs in the order in which their frames shall come
     * @param out the folder of the new manifest. Files of inputs inside it stay where they are, others are copied
     * @param classes a joint class space that every input's space must be a part of; if not given, nothing is asked
     * @param nameSplits whether a split {@code train} of input {@code nyud} becomes {@code nyud-train}, so that frames
     * of
     *     one input can be chosen by their split; frames without one get the input's name
     */
    public record MergeOptions(
            List<Input> inputs,
            Path out,
            @Nullable String classes,
            @Default("false") boolean nameSplits) {

        /**
         * @param name put before every id, with a {@code /}, unless it is there already; empty for nothing
         * @param manifest a file or its folder
         */
        public record Input(String name, Path manifest) {
            public Input {
                new Checks()
                        .that(
                                name.isEmpty() || name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*"),
                                "name",
                                "must be of letters, digits, '.', '_' and '-', found '" + name + "'")
                        .verify();
            }
        }

        public MergeOptions {
            long names = inputs.stream().map(Input::name).distinct().count();
            new Checks()
                    .notEmpty("inputs", inputs)
                    .that(names == inputs.size(), "inputs", "must have different names")
                    .that(
                            !nameSplits
                                    || inputs.stream()
                                            .noneMatch(input -> input.name().isEmpty()),
                            "nameSplits",
                            "needs a name for every input")
                    .verify();
            inputs = List.copyOf(inputs);
        }
    }
}
