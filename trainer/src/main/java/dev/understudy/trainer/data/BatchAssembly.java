package dev.understudy.trainer.data;

import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import dev.understudy.trainer.data.PairMap.CropView;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws → samples, one each → one batch. Safe for several threads at once; the same draws give the same batch. */
final class BatchAssembly {
    private final List<TrainingSource> sources;
    private final Augmentation augmentation;
    private final CropSize crop;
    private final long seed;

    BatchAssembly(List<TrainingSource> sources, AugmentationConfiguration how, CropSize crop, long seed) {
        this.sources = List.copyOf(sources);
        this.augmentation = new Augmentation(how, crop);
        this.crop = crop;
        this.seed = seed;
    }

    Sample sample(MixedSampler.Draw draw) {
        TrainingSource source = sources.get(draw.source());
        Sample sample = augmentation.apply(source.frames().get(draw.index()), Draws.of(seed, draw.variation()));
        checkClasses(sample, source);
        return sample;
    }

    /** @param samples of {@code draws}, in their order */
    Batch assemble(List<MixedSampler.Draw> draws, List<Sample> samples) {
        List<ClassSlice> slices =
                draws.stream().map(draw -> sources.get(draw.source()).slice()).toList();
        return stack(samples, slices).withPairs(pairs(draws, samples));
    }

    /** Null if no frame of the batch has its partner beside it. */
    private @Nullable PairMap pairs(List<MixedSampler.Draw> draws, List<Sample> samples) {
        if (draws.stream().noneMatch(MixedSampler.Draw::follows)) {
            return null;
        }
        PairMap pairs = PairMap.unseen(crop, samples.size() / 2);
        for (int i = 1; i < samples.size(); i += 2) {
            CropView first = samples.get(i - 1).view();
            CropView second = samples.get(i).view();
            if (draws.get(i).follows() && first != null && second != null) {
                pairs.fill(i / 2, first, second);
            }
        }
        return pairs;
    }

    private static void checkClasses(Sample sample, TrainingSource source) {
        if (sample.classes() != null) {
            for (byte value : sample.classes()) {
                checkClass(value & 0xFF, sample, source);
            }
        }
        SoftLabels soft = sample.soft();
        for (int i = 0; soft != null && i < soft.classes().length; i++) {
            if (soft.levels()[i] != 0) {
                checkClass(soft.classes()[i] & 0xFF, sample, source);
            }
        }
    }

    private static void checkClass(int label, Sample sample, TrainingSource source) {
        if (label != LabelMap.IGNORE && label >= source.slice().size()) {
            throw new DataException("source " + source.name() + ": frame " + sample.id() + " has class " + label
                    + ", expected 0 to " + (source.slice().size() - 1) + " or 255; is it of another class space?");
        }
    }

    private Batch stack(List<Sample> samples, List<ClassSlice> slices) {
        int area = crop.area();
        int pixels = area * samples.size();
        float[] rgb = new float[3 * pixels];
        byte[] classes = new byte[pixels];
        Arrays.fill(classes, (byte) LabelMap.IGNORE);
        float[] weight = samples.stream().allMatch(s -> s.weight() == null) ? null : new float[pixels];
        SoftLabels soft = soft(samples, area);
        float[] depth = new float[pixels];
        float[] normals = new float[3 * pixels];
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            int start = i * area;
            System.arraycopy(sample.rgb(), 0, rgb, 3 * start, 3 * area);
            if (sample.classes() != null) {
                System.arraycopy(sample.classes(), 0, classes, start, area);
            }
            if (weight != null && sample.weight() != null) {
                System.arraycopy(sample.weight(), 0, weight, start, area);
            } else if (weight != null) {
                Arrays.fill(weight, start, start + area, 1);
            }
            if (sample.depth() != null) {
                System.arraycopy(sample.depth(), 0, depth, start, area);
            }
            if (sample.normals() != null) {
                System.arraycopy(sample.normals(), 0, normals, 3 * start, 3 * area);
            }
        }
        List<String> ids = samples.stream().map(Sample::id).toList();
        return BatchBuilder.builder()
                .height(crop.height())
                .width(crop.width())
                .ids(ids)
                .slices(slices)
                .rgbNhwc(rgb)
                .classesNhw(classes)
                .weightNhw(weight)
                .soft(soft)
                .depthNhw(depth)
                .normalsNhwc(normals)
                .build();
    }

    /** Null if no sample has any; else as many classes a pixel as the sample that tells most apart. */
    private static @Nullable SoftLabels soft(List<Sample> samples, int area) {
        int topK = samples.stream()
                .mapToInt(s -> s.soft() == null ? 0 : s.soft().topK())
                .max()
                .orElse(0);
        if (topK == 0) {
            return null;
        }
        SoftLabels soft = SoftLabels.none(topK, area * samples.size());
        for (int i = 0; i < samples.size(); i++) {
            SoftLabels own = samples.get(i).soft();
            if (own != null) {
                own.copyTo(soft, i * area);
            }
        }
        return soft;
    }

    /**
     * Random numbers that depend on nothing but a seed and on what they are for, so that no thread and no order of work
     * can change them.
     */
    static final class Draws {
        private Draws() {}

        /** A generator for one purpose, which the keys name. */
        static SplittableRandom of(long seed, long... keys) {
            long mixed = seed;
            for (long key : keys) {
                mixed = mix(mixed * 0x9E3779B97F4A7C15L + key);
            }
            return new SplittableRandom(mixed);
        }

        /** The finaliser of SplitMix64. */
        private static long mix(long z) {
            z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
            z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
            return z ^ z >>> 31;
        }
    }

    /**
     * One augmented frame, cut to the crop's size; null = it does not teach that task. Row-major, channels last.
     *
     * @param rgb normalised
     * @param classes unsigned; {@link LabelMap#IGNORE} = no label
     * @param weight in [0, 1], by pixel
     * @param soft what else each labelled pixel may be
     * @param depth metres; 0 = none
     * @param normals unit vectors; (0, 0, 0) = none
     * @param view null = not known, or nobody asked
     */
    record Sample(
            String id,
            float[] rgb,
            byte @Nullable [] classes,
            float @Nullable [] weight,
            @Nullable SoftLabels soft,
            float @Nullable [] depth,
            float @Nullable [] normals,
            @Nullable CropView view) {}
}
