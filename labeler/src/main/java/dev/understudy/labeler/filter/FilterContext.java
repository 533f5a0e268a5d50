package dev.understudy.labeler.filter;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Suggestion;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.store.FrameSummary;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreStatistics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What a policy may know of the store that it filters when it is built. Safe for several threads.
 */
public final class FilterContext {
    private final List<String> classNames;
    private final int topK;
    private final Supplier<Stream<FrameSummary>> summaries;
    private final Map<String, CalibratedStore> others;
    private final Sampler sampler;
    private final @Nullable CalibratedStore store;
    private @Nullable StoreStatistics statistics;

    /** Reads some of the frames that the policy will be applied to. */
    @FunctionalInterface
    public interface Sampler {
        /**
         * @return at most {@code count} frames, drawn by their ids, so the same ones in whatever order frames are
         *     listed
         */
        Stream<FrameEvidence> sample(int count, EvidencePlanes planes);
    }

    /**
     * @param classNames of the store's class space, in index order
     * @param topK classes that the store keeps per pixel
     * @param summaries the index lines, calibrated, in any order; asked for anew by each policy that needs them
     * @param others by name the stores that policies may compare with
     * @param sampler for policies that must see some frames to be built
     */
    public FilterContext(
            List<String> classNames,
            int topK,
            Supplier<Stream<FrameSummary>> summaries,
            Map<String, CalibratedStore> others,
            Sampler sampler) {
        this(classNames, topK, summaries, others, sampler, null);
    }

    private FilterContext(
            List<String> classNames,
            int topK,
            Supplier<Stream<FrameSummary>> summaries,
            Map<String, CalibratedStore> others,
            Sampler sampler,
            @Nullable CalibratedStore store) {
        this.classNames = List.copyOf(classNames);
        this.topK = topK;
        this.summaries = summaries;
        this.others = Map.copyOf(others);
        this.sampler = sampler;
        this.store = store;
    }

    /** @param frames that the policy will be applied to; those that the store does not hold are passed over */
    public static FilterContext of(LabelStore store, List<String> classNames, FrameSource frames) {
        return of(new CalibratedStore(store), classNames, Map.of(), frames);
    }

    /** As {@link #of(LabelStore, List, FrameSource)}. */
    public static FilterContext of(
            CalibratedStore store, List<String> classNames, Map<String, CalibratedStore> others, FrameSource frames) {
        return new FilterContext(
                classNames,
                store.store().description().topK(),
                store::summaries,
                others,
                (count, planes) -> sample(store, frames, count, planes),
                store);
    }

    private static Stream<FrameEvidence> sample(
            CalibratedStore store, FrameSource frames, int count, EvidencePlanes planes) {
        long[] lots = IntStream.range(0, frames.size())
                .mapToLong(index -> lot(frames.record(index).id()))
                .toArray();
        return IntStream.range(0, frames.size())
                .filter(index -> store.store().contains(frames.record(index).id()))
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(index -> lots[index])
                        .thenComparing(index -> frames.record(index).id()))
                .limit(count)
                .map(frames::read)
                .map(frame -> new FrameEvidence(frame.withoutTruth(), store.get(frame.id(), planes)));
    }

    /** Draws frames as if by chance, and the same ones in whatever order they are listed. */
    private static long lot(String id) {
        CRC32 checksum = new CRC32();
        checksum.update(id.getBytes(StandardCharsets.UTF_8));
        return checksum.getValue();
    }

    public List<String> classNames() {
        return classNames;
    }

    /** The index lines; close the stream. */
    Stream<FrameSummary> summaries() {
        return summaries.get();
    }

    /** Some of the frames that the policy will be applied to. */
    Stream<FrameEvidence> sample(int count, EvidencePlanes planes) {
        return sampler.sample(count, planes);
    }

    /** Sums over the index lines, not over pixels; read once, however many policies ask. */
    synchronized StoreStatistics statistics() {
        StoreStatistics known = statistics;
        if (known == null) {
            StoreStatistics sums = new StoreStatistics();
            try (Stream<FrameSummary> lines = summaries()) {
                lines.forEach(sums::add);
            }
            statistics = sums;
            known = sums;
        }
        return known;
    }

    /** @throws ConfigurationException if the store keeps fewer than {@code k} classes a pixel */
    void requireTop(int k, String policy) {
        if (topK < k) {
            throw new ConfigurationException(policy + ": needs the " + k + " most probable classes, the store keeps "
                    + topK + "; choose another policy or label with a larger top-k");
        }
    }

    /** The store itself. @throws ConfigurationException if the policy is applied to evidence that lies in no store */
    CalibratedStore store(String policy) {
        if (store == null) {
            throw new ConfigurationException(
                    policy + ": needs a label store, and the evidence comes from elsewhere; apply it to a store");
        }
        return store;
    }

    /** Whether the evidence is as an expert said it, so that a pixel's probabilities fall and come to 1 at most. */
    boolean isUncalibrated() {
        return store == null || store.store().description().calibration() == null;
    }

    /** @throws ConfigurationException if no store was given that name */
    CalibratedStore other(String name, String policy) {
        CalibratedStore store = others.get(name);
        if (store == null) {
            throw new ConfigurationException(policy + ": there is no other store '" + name + "'; "
                    + (others.isEmpty()
                            ? "name one where the policy is applied"
                            : Suggestion.phrase(name, new TreeMap<>(others).keySet())));
        }
        return store;
    }

    /** Values by class index; names that the class space does not have are problems. */
    Map<Integer, Double> byIndex(Map<String, Double> byName, String policy) {
        Map<Integer, Double> values = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        byName.forEach((name, value) -> {
            int index = classNames.indexOf(name);
            if (index < 0) {
                problems.add(policy + ": the store's class space has no class '" + name + "'; "
                        + Suggestion.phrase(name, classNames));
            } else {
                values.put(index, value);
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return values;
    }

    /**
     * A frame and what an expert said of it.
     *
     * @param frame without its truth
     * @param evidence of the frame's size, with the planes that were asked for
     */
    public record FrameEvidence(Frame frame, Evidence evidence) {}
}
