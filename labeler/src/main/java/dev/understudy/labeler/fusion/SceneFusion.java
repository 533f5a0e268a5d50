package dev.understudy.labeler.fusion;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fuses the views of one scene. Every frame is looked at twice, and what is read of it kept in between as far as there
 * is room. A scene whose map does not fit into the memory it is given is cut by time into parts that do; each part's
 * map also takes an eighth of its frames before and behind, so that the first and last frames of a part are seen from
 * both sides. One thread.
 */
public final class SceneFusion {
    private static final int OVERLAP = 8;

    private final FusionOptions options;
    private final Sink sink;
    private final KeptFrames frames;
    private final ReadBack readBack;
    private final ClassList classes;
    private final FusionMemory memory;
    /** Bytes for frames, whatever the map takes. */
    private final long room;
    /** Bytes for frames, whatever it leaves. */
    private final long most;

    private final BitSet withoutPose = new BitSet();
    private final BitSet withoutDepth = new BitSet();
    private final BitSet leftOut = new BitSet();
    private final BitSet fused = new BitSet();
    private int parts;
    private long voxels;
    private long shared;
    private long fusedPixels;

    /** Takes what is made. */
    @FunctionalInterface
    public interface Sink {
        /** Takes the frames' evidence, each once, in order. @param evidence whole, with the number of views */
        void put(int index, SegmentationEvidence evidence);

        /** Whether the points of the map are wanted. They take memory and the pictures. */
        default boolean wantsMap() {
            return false;
        }

        /** Takes the points of the map; those of a scene that was cut by time part by part. */
        default void put(MapPoint point) {}
    }

    /**
     * @param numberOfClasses of the class space
     * @param topK classes that are kept per pixel where several experts speak
     * @throws dev.understudy.conf.ConfigurationException if the memory is too little for frames of this size
     */
    public SceneFusion(FusionOptions options, SceneFrames frames, int numberOfClasses, int topK, Sink sink) {
        this(options, frames, numberOfClasses, topK, sink, Long.MAX_VALUE);
    }

    /** @param most bytes of frames that are kept, at most; what is made does not depend on it */
    SceneFusion(FusionOptions options, SceneFrames frames, int numberOfClasses, int topK, Sink sink, long most) {
        this.options = options;
        this.sink = sink;
        this.readBack = new ReadBack(options, numberOfClasses, topK);
        this.classes = new ClassList(frames.winners());
        int samples = largestSample(frames, options.voxel());
        this.memory = FusionMemory.of(options.memory(), samples, classes.size(), sink.wantsMap());
        this.room = Math.min(most, memory.left(frames.size(), samples));
        this.most = most;
        this.frames = new KeptFrames(frames, room);
    }

    private static int largestSample(SceneFrames frames, double voxel) {
        int largest = 1;
        for (int frame = 0; frame < frames.size(); frame++) {
            Optional<PinholeView> view = view(frames, frame);
            if (view.isPresent()) {
                int stride = SampledView.stride(view.get().intrinsics().fx(), voxel);
                int samples = SampledView.columns(view.get().width(), stride)
                        * SampledView.columns(view.get().height(), stride);
                largest = Math.max(largest, samples);
            }
        }
        return largest;
    }

    private static Optional<PinholeView> view(SceneFrames frames, int frame) {
        return PinholeView.of(frames.record(frame), frames.width(frame), frames.height(frame));
    }

    /** Fuses all frames. @param name of the scene, for the report */
    public SceneReport run(String name) {
        int most = Math.max(1, (int) ((long) memory.frames() * OVERLAP / (OVERLAP + 2)));
        int count = (frames.size() + most - 1) / most;
        for (int part = 0; part < count; part++) {
            fuse((int) ((long) part * frames.size() / count), (int) ((long) (part + 1) * frames.size() / count));
        }
        long pixels = 0;
        for (int frame = 0; frame < frames.size(); frame++) {
            pixels += (long) frames.width(frame) * frames.height(frame);
        }
        leftOut.andNot(fused);
        return SceneReportBuilder.builder()
                .scene(name)
                .frames(frames.size())
                .fused(fused.cardinality())
                .withoutPose(withoutPose.cardinality())
                .withoutDepth(withoutDepth.cardinality())
                .leftOut(leftOut.stream().mapToObj(i -> frames.record(i).id()).toList())
                .parts(parts)
                .voxels(voxels)
                .shared(shared)
                .pixels(pixels)
                .fusedPixels(fusedPixels)
                .build();
    }

    /** Fuses the frames of a part, in halves if their map does not fit. */
    private void fuse(int from, int to) {
        int overlap = (to - from) / OVERLAP;
        Part part = Part.of(this, Math.max(0, from - overlap), Math.min(frames.size(), to + overlap));
        if (part == null) {
            int middle = (from + to) >>> 1;
            fuse(from, middle);
            fuse(middle, to);
            return;
        }
        parts++;
        PosteriorMap map = part.posteriors(this);
        voxels += part.occupancy.index().size();
        shared += map.cells();
        for (int frame = from; frame < to; frame++) {
            sink.put(frame, evidence(frame, part, map));
            frames.letGo(frame);
        }
        if (sink.wantsMap()) {
            part.surface(this, map).points(sink::put);
        }
        frames.forget(room);
    }

    /** Frames may have what a map leaves. */
    private void makeRoom(OccupancyMap map) {
        frames.allow(Math.min(most, room + memory.beside(map.index().size())));
    }

    private SegmentationEvidence evidence(int frame, Part part, PosteriorMap map) {
        List<SegmentationEvidence> experts = frames.evidence(frame);
        PinholeView view = part.view(frame);
        if (view == null) {
            return readBack.own(experts);
        }
        fused.set(frame);
        ReadBack.Answer answer = readBack.fused(map, view, frames.depth(frame), experts);
        fusedPixels += answer.fusedPixels();
        return answer.evidence();
    }

    /**
     * Frames that are fused together.
     *
     * @param numbers by place in {@code views} the frame's in the scene
     * @param left places of those that contradict the others
     */
    private record Part(OccupancyMap occupancy, List<SampledView> views, List<Integer> numbers, BitSet left) {

        /** @return null if there is no room for their voxels */
        static @Nullable Part of(SceneFusion scene, int from, int to) {
            OccupancyMap occupancy = new OccupancyMap(new VoxelGrid(scene.options.voxel()), scene.memory.voxels());
            List<SampledView> views = new ArrayList<>();
            List<Integer> numbers = new ArrayList<>();
            for (int frame = from; frame < to; frame++) {
                SampledView view = scene.sampled(frame);
                if (view != null) {
                    if (!occupancy.add(view)) {
                        return null;
                    }
                    views.add(view);
                    numbers.add(frame);
                    scene.makeRoom(occupancy);
                }
            }
            BitSet left = FrameTrust.leftOut(occupancy, views, scene.options.disagreement());
            left.stream().map(numbers::get).forEach(scene.leftOut::set);
            return new Part(occupancy, views, numbers, left);
        }

        PosteriorMap posteriors(SceneFusion scene) {
            PosteriorMap map = new PosteriorMap(occupancy, scene.classes, scene.options.pooling());
            for (int i = 0; i < views.size(); i++) {
                if (!left.get(i)) {
                    map.add(views.get(i), scene.frames.probabilities(numbers.get(i)));
                }
            }
            return map;
        }

        SurfaceSums surface(SceneFusion scene, PosteriorMap map) {
            SurfaceSums sums = new SurfaceSums(occupancy, map);
            for (int i = 0; i < views.size(); i++) {
                if (!left.get(i)) {
                    sums.add(views.get(i), scene.frames.picture(numbers.get(i)));
                }
            }
            return sums;
        }

        /** Null if the frame is not in the map. */
        @Nullable
        PinholeView view(int frame) {
            int place = Collections.binarySearch(numbers, frame);
            return place < 0 || left.get(place) ? null : views.get(place).view();
        }
    }

    /** Null for a frame that cannot be placed; which says why. */
    private @Nullable SampledView sampled(int frame) {
        if (frames.record(frame).depth() == null) {
            withoutDepth.set(frame);
            return null;
        }
        Optional<PinholeView> view = view(frames, frame);
        if (view.isEmpty()) {
            withoutPose.set(frame);
            return null;
        }
        try {
            DepthMap depth = frames.depth(frame);
            return SampledView.of(view.get(), depth, options.voxel(), options.farthest());
        } catch (DataException e) {
            withoutDepth.set(frame);
            return null;
        }
    }

    /**
     * What the map of a scene may take, known before a frame is read: so many frames' samples, and so many voxels.
     *
     * @param frames of one part of a scene, at most
     * @param voxels of its map, at most
     * @param bytesAVoxel of the map
     */
    record FusionMemory(int frames, int voxels, int bytesAVoxel) {
        private static final double SHARE_OF_SAMPLES = 0.25;
        /** Of what a map leaves, for frames that were let go and not yet swept up. */
        private static final double HELD_BACK = 0.5;

        private static final int BYTES_A_SAMPLE = 2;

        /**
         * @param megabytes in all
         * @param samples of one frame, of the largest
         * @param classes whose sums are kept
         * @param withSurface whether the points of the surface are kept too
         * @throws ConfigurationException if not even a few frames fit
         */
        static FusionMemory of(int megabytes, int samples, int classes, boolean withSurface) {
            long bytes = (long) megabytes << 20;
            long frames = (long) (SHARE_OF_SAMPLES * bytes) / ((long) samples * BYTES_A_SAMPLE);
            long voxels = (long) ((1 - SHARE_OF_SAMPLES) * bytes) / bytesAVoxel(classes, withSurface);
            if (frames < 2 || voxels < samples) {
                throw new ConfigurationException("memory: " + megabytes + " MB are too few to fuse frames of " + samples
                        + " samples and " + classes + " classes, which take "
                        + ((long) samples * bytesAVoxel(classes, withSurface) * 4 / 3 / (1 << 20) + 1)
                        + " MB at least; allow more, or choose larger voxels");
            }
            long addressable = (Integer.MAX_VALUE - 8) / classes;
            return new FusionMemory(
                    (int) Math.min(frames, Integer.MAX_VALUE),
                    (int) Math.min(voxels, addressable),
                    bytesAVoxel(classes, withSurface));
        }

        /** Bytes of what is set aside for the map that one of so many voxels leaves. */
        long beside(int voxels) {
            return (long) ((1 - HELD_BACK) * bytesAVoxel) * (this.voxels - voxels);
        }

        /** Bytes of what is set aside for samples that a scene of so many frames leaves. */
        long left(int sceneFrames, int samples) {
            return (long) BYTES_A_SAMPLE * samples * Math.max(0, frames - sceneFrames);
        }

        static int bytesAVoxel(int classes, boolean withSurface) {
            return (withSurface ? SurfaceSums.BYTES_A_VOXEL : 0)
                    + VoxelIndex.BYTES_A_VOXEL
                    + OccupancyMap.BYTES_A_VOXEL
                    + PosteriorMap.bytesAVoxel(classes);
        }
    }

    /**
     * Which frames of a scene are where their poses place them. A frame contradicts the others when it looks through
     * surfaces that they have seen, or they through its own. The worst are left out, and the rest judged again without
     * them, since a frame that is wrong makes right ones look bad.
     */
    private static final class FrameTrust {
        private static final int MOST_ROUNDS = 8;
        /** Frames within this share of the worst go together. */
        private static final double AS_BAD = 0.8;

        private FrameTrust() {}

        /**
         * Leaves frames out until none contradicts the rest by more than {@code limit}; the map then counts the others
         * alone.
         *
         * @param map to which all frames have been added
         * @return the frames that are left out
         */
        static BitSet leftOut(OccupancyMap map, List<SampledView> frames, double limit) {
            BitSet left = new BitSet();
            for (int round = 0; round < MOST_ROUNDS; round++) {
                double[] contradiction = judge(map, frames, left);
                double worst = 0;
                for (double value : contradiction) {
                    worst = Math.max(worst, value);
                }
                if (worst <= limit) {
                    return left;
                }
                for (int frame = 0; frame < contradiction.length; frame++) {
                    if (contradiction[frame] > limit && contradiction[frame] >= AS_BAD * worst) {
                        left.set(frame);
                    }
                }
                map.clear();
                for (int frame = 0; frame < frames.size(); frame++) {
                    if (!left.get(frame)) {
                        map.add(frames.get(frame));
                    }
                }
            }
            judge(map, frames, left);
            return left;
        }

        private static double[] judge(OccupancyMap map, List<SampledView> frames, BitSet left) {
            double[] contradiction = new double[frames.size()];
            for (int frame = 0; frame < frames.size(); frame++) {
                contradiction[frame] = left.get(frame) ? 0 : map.look(frames.get(frame));
            }
            for (int frame = 0; frame < frames.size(); frame++) {
                if (!left.get(frame)) {
                    contradiction[frame] = Math.max(contradiction[frame], map.lookedThrough(frames.get(frame)));
                }
            }
            return contradiction;
        }
    }
}
