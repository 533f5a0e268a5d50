package dev.understudy.pipeline.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.repair.PictureEncoder;
import dev.understudy.labeler.repair.RepairExamples;
import dev.understudy.pipeline.ParentStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The frames that a repair learns from, read as the job reads frames, with their truth beside. */
final class StoredExamples implements RepairExamples {
    private final Path folder;
    private final List<FrameRecord> records;
    private final DiskFrameSource source;
    private final ParentStores parents;
    private final @Nullable PictureEncoder pictures;

    private StoredExamples(
            Path folder, List<FrameRecord> records, ParentStores parents, @Nullable PictureEncoder pictures) {
        this.folder = folder;
        this.records = records;
        this.source = new DiskFrameSource(Manifest.of(folder, records));
        this.parents = parents;
        this.pictures = pictures;
    }

    /**
     * @param frames that are repaired; only those of them count
     * @throws DataException if none of the frames is annotated, or one in another class space than the stores
     */
    static StoredExamples of(Manifest annotated, Path named, List<FrameRecord> frames, ParentStores parents) {
        Set<String> ids = new HashSet<>();
        frames.forEach(frame -> ids.add(frame.id()));
        List<FrameRecord> records = annotated.frames().stream()
                .filter(frame -> frame.segmentation() != null && ids.contains(frame.id()))
                .toList();
        if (records.isEmpty()) {
            throw new DataException(named + ": none of its " + annotated.size()
                    + " frames has both a segmentation and a place in every store; label some annotated frames, for a"
                    + " repair is learned from those");
        }
        StoredExamples known = new StoredExamples(annotated.folder(), records, parents, null);
        for (int i = 0; i < records.size(); i++) {
            parents.stores().get(0).requireSameClasses(known.source, i);
        }
        return known;
    }

    StoredExamples with(@Nullable PictureEncoder network) {
        return new StoredExamples(folder, records, parents, network);
    }

    List<String> ids() {
        return records.stream().map(FrameRecord::id).toList();
    }

    /** SHA-256 of ids and annotations: another one when something was corrected. */
    String digest() throws IOException {
        StringBuilder all = new StringBuilder();
        for (FrameRecord record : records) {
            Path file = FrameRules.resolve(folder, Objects.requireNonNull(record.segmentation()));
            all.append(record.id() + " " + Sha256.of(file) + "\n");
        }
        return Sha256.of(all.toString());
    }

    @Override
    public int size() {
        return records.size();
    }

    @Override
    public Example read(int index) {
        Frame frame = source.read(index);
        LabelMap truth = Objects.requireNonNull(frame.segmentation());
        List<SegmentationEvidence> evidence = RepairTask.answers(parents.stores(), frame);
        return new Example(frame.withoutTruth(), truth, evidence, pictures == null ? null : pictures.of(frame.rgb()));
    }
}
