package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameOrder;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.store.FrameSummary;
import dev.understudy.store.LabelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/** The frames of a scene in a data set's folder, and what one or more stores hold of them. */
public final class StoredScene implements SceneFrames {
    private static final EvidencePlanes PROBABILITIES = EvidencePlanes.top(255);
    private static final EvidencePlanes WHOLE = PROBABILITIES.withEntropy().withAgreement();

    private final Path folder;
    private final List<FrameRecord> records;
    private final List<LabelStore> stores;
    private final int[] widths;
    private final int[] heights;
    private final SortedSet<Integer> winners = new TreeSet<>();

    /**
     * Reads what the stores' indices hold of the frames.
     *
     * @param folder of the manifest
     * @param records of the scene, all in all of the stores; in any order
     * @param stores of segmentation, of one class space
     * @throws DataException if a frame is not in a store, or not of the same size in all of them
     */
    public StoredScene(Path folder, List<FrameRecord> records, List<LabelStore> stores) {
        this.folder = folder;
        this.records = records.stream().sorted(new FrameOrder()).toList();
        this.stores = List.copyOf(stores);
        this.widths = new int[records.size()];
        this.heights = new int[records.size()];
        for (int frame = 0; frame < widths.length; frame++) {
            for (LabelStore store : this.stores) {
                look(frame, store);
            }
        }
    }

    private void look(int frame, LabelStore store) {
        FrameSummary summary = store.summary(record(frame).id());
        if (widths[frame] > 0 && (widths[frame] != summary.width() || heights[frame] != summary.height())) {
            throw new DataException(store.path() + ": frame " + summary.id() + " is " + summary.width() + "×"
                    + summary.height() + ", but " + widths[frame] + "×" + heights[frame] + " in "
                    + stores.get(0).path() + "; label the same pictures with both experts");
        }
        widths[frame] = summary.width();
        heights[frame] = summary.height();
        winners.addAll(
                Objects.requireNonNull(summary.segmentation()).confidence().keySet());
    }

    @Override
    public int size() {
        return records.size();
    }

    @Override
    public FrameRecord record(int index) {
        return records.get(index);
    }

    @Override
    public int width(int index) {
        return widths[index];
    }

    @Override
    public int height(int index) {
        return heights[index];
    }

    @Override
    public DepthMap depth(int index) {
        FrameRecord record = record(index);
        Path file = FrameRules.resolve(folder, Objects.requireNonNull(record.depth()));
        DepthMap depth = DepthFiles.read(file, Objects.requireNonNull(record.depthScale()));
        if (depth.width() != widths[index] || depth.height() != heights[index]) {
            throw new DataException(file + ": found " + depth.width() + "×" + depth.height() + " pixels, expected "
                    + widths[index] + "×" + heights[index] + " as in "
                    + stores.get(0).path()
                    + "; bring depth and picture to one size");
        }
        return depth;
    }

    @Override
    public RgbImage picture(int index) {
        Path file = FrameRules.resolve(folder, record(index).rgb());
        RgbImage picture = RgbFiles.read(file, ImageHeader.DEFAULT_MAX_PIXELS);
        if (picture.width() != widths[index] || picture.height() != heights[index]) {
            throw new DataException(file + ": found " + picture.width() + "×" + picture.height()
                    + " pixels, expected " + widths[index] + "×" + heights[index] + " as in "
                    + stores.get(0).path() + "; label it again");
        }
        return picture;
    }

    @Override
    public List<SegmentationEvidence> evidence(int index) {
        return read(index, WHOLE);
    }

    @Override
    public List<SegmentationEvidence> probabilities(int index) {
        return read(index, PROBABILITIES);
    }

    private List<SegmentationEvidence> read(int index, EvidencePlanes planes) {
        List<SegmentationEvidence> experts = new ArrayList<>();
        for (LabelStore store : stores) {
            experts.add(
                    Objects.requireNonNull(store.get(record(index).id(), planes).segmentation()));
        }
        return experts;
    }

    @Override
    public SortedSet<Integer> winners() {
        return winners;
    }
}
