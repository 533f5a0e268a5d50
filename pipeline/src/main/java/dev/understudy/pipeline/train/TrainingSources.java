package dev.understudy.pipeline.train;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.FramesWithTruth;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.filter.Judgement.LabelJudge;
import dev.understudy.labeler.filter.OracleFilter;
import dev.understudy.labeler.filter.OracleFilter.TrueLabels;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.OtherStores;
import dev.understudy.pipeline.train.SourceConfiguration.TruthConfiguration;
import dev.understudy.store.LabelStore;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingFrameBuilder;
import dev.understudy.trainer.data.TrainingSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The frames of a recipe, opened, with the outputs of the segmentation head that each source teaches. */
public final class TrainingSources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingSources.class);

    private final ClassSpace classes;
    private final Map<String, TrainingSet> sets = new TreeMap<>();
    private final Map<String, ClassSlice> slices = new TreeMap<>();
    private final Map<String, Set<Task>> taught = new TreeMap<>();
    private final List<Runnable> closing = new ArrayList<>();
    private final boolean comparesViews;
    private int paired;

    private TrainingSources(ClassSpace classes, boolean comparesViews) {
        this.classes = classes;
        this.comparesViews = comparesViews;
    }

    public static TrainingSources open(TrainConfiguration recipe) {
        TrainingSources sources = new TrainingSources(
                ClassSpace.load(recipe.classes()),
                recipe.trainer().loss().temporal().isOn());
        try {
            recipe.sources().forEach(sources::add);
            sources.requirePairs();
            return sources;
        } catch (RuntimeException e) {
            sources.close();
            throw e;
        }
    }

    public Map<String, TrainingSet> sets() {
        return sets;
    }

    /** By source, for those whose frames are annotated in a part of a joint class space. */
    Map<String, ClassSlice> slices() {
        return slices;
    }

    /** The tasks that any frame of some sources is annotated with. */
    Set<Task> taught(Set<String> sources) {
        Set<Task> all = EnumSet.noneOf(Task.class);
        sources.forEach(name -> all.addAll(taught.getOrDefault(name, Set.of())));
        return all;
    }

    private static Set<Task> taught(SourceConfiguration source, Manifest manifest) {
        Set<Task> tasks = EnumSet.noneOf(Task.class);
        for (FrameRecord frame : manifest.frames()) {
            addIf(tasks, Task.SEGMENTATION, frame.segmentation() != null || source.store() != null);
            addIf(tasks, Task.DEPTH, frame.depth() != null || source.depthStore() != null);
            addIf(tasks, Task.NORMALS, frame.normals() != null);
        }
        if (!source.learn().isEmpty()) {
            tasks.retainAll(source.learn());
        }
        return tasks;
    }

    private static void addIf(Set<Task> tasks, Task task, boolean there) {
        if (there) {
            tasks.add(task);
        }
    }

    private void add(String name, SourceConfiguration source) {
        Manifest manifest = source.frames();
        taught.put(name, taught(source, manifest));
        FrameSource frames = new DiskFrameSource(manifest);
        Partners partners = source.store() == null
                ? addAnnotated(name, source, manifest, frames)
                : addPseudoLabelled(name, source, frames);
        if (source.depthStore() != null) {
            sets.put(name, withDepth(name, sets.get(name), source.depthStore(), source.maxDepthSpread()));
        }
        Double maxDepth = source.maxDepth();
        if (maxDepth != null) {
            sets.computeIfPresent(name, (key, set) -> new NearDepth(set, maxDepth));
        }
        CropSize size = source.size();
        if (size != null) {
            sets.computeIfPresent(name, (key, set) -> new ShrunkFrames.Learnt(set, size));
        }
        if (!source.learn().isEmpty()) {
            sets.computeIfPresent(name, (key, set) -> new SomeAnnotations(set, source.learn()));
        }
        if (sets.get(name).size() == 0) {
            throw new DataException(source.manifest() + ": no frame for the source " + name
                    + (source.store() == null
                            ? "; choose another split"
                            : " is in the store " + source.store() + "; label this manifest first"));
        }
        sets.computeIfPresent(name, (key, set) -> LabelOrigin.of(set, source, manifest, classes, partners));
    }

    private Partners partners(String name, FrameSource frames) {
        if (!comparesViews) {
            return Partners.none(frames);
        }
        Partners partners = Partners.of(frames);
        LOG.info(
                "source {}: {} of {} frames are taught beside another view of their scene; the others lack scene, depth, pose or"
                        + " intrinsics, or are their scene's only one, and are taught alone",
                name,
                partners.paired(),
                frames.size());
        paired += partners.paired();
        return partners;
    }

    /** Whoever asks for losses on pairs expects one. */
    private void requirePairs() {
        if (comparesViews && paired == 0) {
            throw new ConfigurationException(
                    "trainer.loss.temporal: compares two views of a scene, but no frame of the sources "
                            + String.join(", ", sets.keySet())
                            + " has another with scene, depth, pose and intrinsics beside it; leave it out, or give frames their poses"
                            + " (understudy dataset import poses)");
        }
    }

    private Partners addAnnotated(String name, SourceConfiguration source, Manifest manifest, FrameSource frames) {
        Set<String> spaces = manifest.classSpaces();
        if (spaces.size() > 1) {
            throw new DataException(source.manifest() + ": the frames of the source " + name
                    + " are annotated in several class spaces, " + spaces + "; give each a source of its own");
        }
        spaces.forEach(space -> fit(name, manifest.classSpace(space)));
        Partners partners = partners(name, frames);
        sets.put(name, new AnnotatedFrames(frames, partners));
        return partners;
    }

    private Partners addPseudoLabelled(String name, SourceConfiguration source, FrameSource frames) {
        LabelStore store = LabelStore.open(source.store());
        closing.add(store::close);
        fit(name, StorePolicies.classSpace(store));
        OtherStores compared = OtherStores.open(source.otherStores());
        closing.add(compared::close);
        FrameSource stored = store.labelled(frames);
        FilteredStore filtered = StorePolicies.apply(source.policy(), store, stored, compared);
        Partners partners = partners(name, stored);
        sets.put(name, pseudoLabelled(stored, filtered, source.truth(), soft(name, source, store), partners));
        return partners;
    }

    private static PseudoLabelledFrames pseudoLabelled(
            FrameSource frames,
            FilteredStore filtered,
            @Nullable TruthConfiguration truth,
            @Nullable StoredProbabilities soft,
            Partners partners) {
        if (truth == null) {
            return new PseudoLabelledFrames(frames, filtered, soft, partners);
        }
        FrameSource known = new FramesWithTruth(frames, new DiskFrameSource(Manifest.read(truth.manifest())));
        return switch (truth.use()) {
            case FILTER -> new PseudoLabelledFrames(known, new OracleFilter(filtered), soft, partners);
            case LABELS -> new PseudoLabelledFrames(known, new TrueLabels(), null, partners);
        };
    }

    private static @Nullable StoredProbabilities soft(String name, SourceConfiguration source, LabelStore store) {
        int kept = store.description().topK();
        if (source.soft() > kept) {
            throw new ConfigurationException("sources." + name + ".labels.soft: found " + source.soft() + ", but "
                    + store.path() + " keeps " + kept + (kept == 1 ? " class" : " classes") + " of each pixel; ask for "
                    + kept + " at most, or label with a larger topK");
        }
        return source.soft() == 1 ? null : new StoredProbabilities(new CalibratedStore(store), source.soft());
    }

    private TrainingSet withDepth(String name, TrainingSet frames, Path path, double maxSpread) {
        LabelStore store = LabelStore.open(path);
        closing.add(store::close);
        if (!store.description().tasks().contains(Task.DEPTH)) {
            throw new ConfigurationException("sources." + name + ".depthStore: " + path
                    + " keeps no depth, expected a store that a depth expert labelled");
        }
        return new DepthFromStore(frames, store, maxSpread);
    }

    /** Finds the outputs for labels of {@code space}. */
    private void fit(String name, ClassSpace space) {
        ClassSlice slice = classes.slice(space.name())
                .orElseThrow(() -> new ConfigurationException("sources." + name + ": labels are in the class space "
                        + space.name() + ", expected " + classes.name()
                        + " or a part of it; map the labels, or train on another class space"));
        List<String> taught = classes.names().subList(slice.from(), slice.to());
        if (!taught.equals(space.names())) {
            throw new ConfigurationException("sources." + name + ": the classes of its " + space.name() + " are "
                    + space.names() + ", expected " + taught + " as in " + classes.name()
                    + "; use one class space file for both");
        }
        if (!space.name().equals(classes.name())) {
            slices.put(name, slice);
        }
    }

    /** Closes every store, whatever the others throw. */
    @Override
    public void close() {
        RuntimeException first = null;
        for (Runnable close : closing) {
            try {
                close.run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Frames whose depth counts as unmeasured beyond {@code limit} metres. */
    record NearDepth(TrainingSet frames, double limit) implements TrainingSet.Wrapper {
        @Override
        public TrainingFrame get(int index) {
            TrainingFrame frame = frames.get(index);
            DepthMap depth = frame.depth();
            return depth == null ? frame : frame.withDepth(near(depth));
        }

        private DepthMap near(DepthMap depth) {
            float[] metres = depth.metres().clone();
            for (int i = 0; i < metres.length; i++) {
                metres[i] = metres[i] <= limit ? metres[i] : 0;
            }
            return new DepthMap(depth.width(), depth.height(), metres);
        }
    }

    /** Frames of which only the annotations of some tasks are used, as if there were no others. */
    record SomeAnnotations(TrainingSet frames, List<Task> tasks) implements TrainingSet.Wrapper {
        @Override
        public TrainingFrame get(int index) {
            return frames.get(index).teaching(tasks);
        }
    }

    /**
     * Frames of which those without depth get it from a depth expert's store, wherever the expert's views agreed.
     * Frames with depth of their own keep it, and frames that the store does not know stay without.
     *
     * @param store stays the caller's to close
     * @param maxSpread standard deviation over views, as a share of the depth, that is still believed
     */
    private record DepthFromStore(TrainingSet frames, LabelStore store, double maxSpread)
            implements TrainingSet.Wrapper {
        @Override
        public TrainingFrame get(int index) {
            TrainingFrame frame = frames.get(index);
            return frame.depth() != null || !store.contains(frame.id()) ? frame : frame.withDepth(believed(frame));
        }

        private DepthMap believed(TrainingFrame frame) {
            Evidence evidence = store.get(frame.id(), 1);
            DepthEvidence depth = evidence.depth();
            int width = frame.rgb().width();
            int height = frame.rgb().height();
            if (depth == null || evidence.width() != width || evidence.height() != height) {
                throw new DataException(store.path() + ": frame " + frame.id() + " is " + evidence.width() + "×"
                        + evidence.height() + (depth == null ? " without depth" : "") + " there, expected depth of "
                        + width
                        + "×" + height + "; label the frame again");
            }
            float[] metres = depth.metres().clone();
            for (int i = 0; i < metres.length; i++) {
                if (!(depth.spread()[i] <= maxSpread * metres[i])) {
                    metres[i] = 0;
                }
            }
            return new DepthMap(width, height, metres);
        }
    }

    /**
     * Frames whose segmentation is what a judge makes of an expert's answers, decided when a frame is read. Depth and
     * normals are the frame's own. What is dropped is handed over with weight 0, so that a loss may count it among the
     * labelled pixels or not.
     *
     * @param soft what else the labels may be; null = they are taught as they are
     */
    private record PseudoLabelledFrames(
            FrameSource frames, LabelJudge labels, @Nullable StoredProbabilities soft, Partners partners)
            implements TrainingSet {
        @Override
        public int size() {
            return frames.size();
        }

        @Override
        public TrainingFrame get(int index) {
            Frame frame = frames.read(index);
            Judgement judgement = labels.judge(frame);
            LabelMap answers = new LabelMap(frame.width(), frame.height(), judgement.classes());
            return TrainingFrameBuilder.builder()
                    .id(frame.id())
                    .rgb(frame.rgb())
                    .segmentation(answers)
                    .segmentationWeight(judgement.weight())
                    .soft(soft == null ? null : soft.of(frame, judgement))
                    .depth(frame.depth())
                    .normals(frame.normals())
                    .view(partners.view(frame))
                    .build();
        }

        @Override
        public int partner(int index) {
            return partners.of(index);
        }
    }
}
