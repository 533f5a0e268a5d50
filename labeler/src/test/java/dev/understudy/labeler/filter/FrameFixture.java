package dev.understudy.labeler.filter;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.store.FrameSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Small frames and evidence, written as rows of numbers. */
final class FrameFixture {
    static final FilterContext.Sampler NO_SAMPLE = (count, planes) -> Stream.empty();

    private FrameFixture() {}

    /** Grey, without truth. */
    static Frame frame(String id, int width, int height, @Nullable DepthMap depth) {
        FrameRecord record = FrameRecord.of(id, "rgb").build();
        return new Frame(record, new RgbImage(width, height, new byte[3 * width * height]), depth, null, null);
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static Evidence evidence(int width, int topK, byte[] classes, byte[] levels, byte[] entropy, byte[] agreement) {
        int height = classes.length / topK / width;
        return new Evidence(width, height, new SegmentationEvidence(topK, classes, levels, entropy, agreement), null);
    }

    /** One class a pixel; entropy 0 and full agreement. */
    static Evidence evidence(int width, int[] classes, int[] levels) {
        byte[] agreed = new byte[classes.length];
        Arrays.fill(agreed, (byte) 255);
        return evidence(width, 1, bytes(classes), bytes(levels), new byte[classes.length], agreed);
    }

    /** Of a store that holds just these. */
    static FilterContext context(List<String> classNames, Map<String, Evidence> frames) {
        return new FilterContext(
                classNames,
                3,
                () -> frames.entrySet().stream().map(entry -> FrameSummary.of(entry.getKey(), entry.getValue())),
                Map.of(),
                NO_SAMPLE);
    }
}
