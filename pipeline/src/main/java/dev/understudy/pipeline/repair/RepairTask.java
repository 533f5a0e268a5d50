package dev.understudy.pipeline.repair;

import dev.understudy.conf.PathText;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.DataException;
import dev.understudy.labeler.repair.PictureEncoder;
import dev.understudy.labeler.repair.PictureEncoder.PictureFeatures;
import dev.understudy.labeler.repair.RepairModel;
import dev.understudy.labeler.repair.RepairModelFile;
import dev.understudy.pipeline.ParentStores;
import dev.understudy.pipeline.ParentStores.SharedStores;
import dev.understudy.pipeline.spark.TaskStop;
import dev.understudy.store.LabelStore;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Repairs the frames of one shard on an executor and writes it under a temporary name. One frame is in memory at a
 * time.
 *
 * @param folder of the manifest
 * @param stores that are read; like {@code folder}, {@code out} and the repair's files every executor must see them
 *     under the same path
 * @param out the store that is made
 * @param repair what is done
 */
record RepairTask(
        String folder,
        List<String> stores,
        String out,
        StoreDescription description,
        SharedRepair.Key repair,
        int threads)
        implements Serializable {
    private static final EvidencePlanes PLANES =
            EvidencePlanes.top(255).withAgreement().withViews();

    /** What the stores' experts say of a frame. @throws DataException if one says it of another size */
    static List<SegmentationEvidence> answers(List<LabelStore> stores, Frame frame) {
        List<SegmentationEvidence> answers = new ArrayList<>();
        for (LabelStore store : stores) {
            Evidence evidence = store.get(frame.id(), PLANES);
            if (evidence.width() != frame.width() || evidence.height() != frame.height()) {
                throw new DataException(store.path() + ": frame " + frame.id() + " is " + evidence.width() + "×"
                        + evidence.height() + " there, its picture " + frame.width() + "×" + frame.height()
                        + "; label the picture anew");
            }
            answers.add(Objects.requireNonNull(evidence.segmentation()));
        }
        return answers;
    }

    ShardResult repair(Shard shard) throws IOException {
        List<LabelStore> parents = SharedStores.open(stores);
        SharedRepair.Open learned = SharedRepair.open(repair, threads);
        // The truth is left out: a repair must not see it
        List<FrameRecord> records = shard.frames().stream()
                .map(frame -> frame.with(record -> record.segmentation(null).normals(null)))
                .toList();
        DiskFrameSource source = new DiskFrameSource(Manifest.of(PathText.parse(folder), records));
        String attempt = UUID.randomUUID().toString();
        try (ShardWriter writer = ShardWriter.create(PathText.parse(out), description, shard, attempt, threads)) {
            for (int i = 0; i < source.size(); i++) {
                TaskStop.check();
                FrameRecord record = shard.frames().get(i);
                try {
                    writer.put(record, repair(source.read(i), parents, learned));
                } catch (DataException e) {
                    // One damaged picture must not end a job of many thousands
                    writer.quarantine(
                            record.id(),
                            String.valueOf(e.getMessage()),
                            e.getClass().getName());
                }
            }
            return writer.finish();
        }
    }

    private Evidence repair(Frame frame, List<LabelStore> parents, SharedRepair.Open learned) {
        PictureFeatures features =
                learned.pictures() == null ? null : learned.pictures().of(frame.rgb());
        SegmentationEvidence repaired =
                learned.model().apply(frame, answers(parents, frame), features, description.topK());
        return new Evidence(frame.width(), frame.height(), repaired, ParentStores.depth(parents, frame.id()));
    }

    /** The repair that a job applies, read once a JVM. Safe for several threads. */
    static final class SharedRepair {
        private static @Nullable Key key;
        private static @Nullable Open open;

        private SharedRepair() {}

        /**
         * @param folder of the repair
         * @param digest that it must have
         * @param features weights of the network that sees pictures; null if none is asked
         */
        record Key(String folder, String digest, @Nullable String features) implements Serializable {}

        /** Safe for several threads; not the caller's to close. */
        record Open(RepairModel model, @Nullable PictureEncoder pictures) {}

        static synchronized Open open(Key wanted, int threads) throws IOException {
            Open now = open;
            if (now == null || !wanted.equals(key)) {
                close();
                RepairModel model =
                        RepairModelFile.read(PathText.parse(wanted.folder)).model();
                if (!model.digest().equals(wanted.digest)) {
                    throw new DataException(wanted.folder
                            + ": holds another repair than the job's; does every executor see" + " the same folder?");
                }
                now = new Open(model, pictures(model, wanted, threads));
                open = now;
                key = wanted;
            }
            return now;
        }

        private static @Nullable PictureEncoder pictures(RepairModel model, Key wanted, int threads) {
            return model.needsFeatures() && wanted.features != null
                    ? PictureEncoder.open(PathText.parse(wanted.features), threads)
                    : null;
        }

        /** When a job of this JVM is over. */
        static synchronized void close() {
            Open now = open;
            open = null;
            key = null;
            if (now != null && now.pictures != null) {
                now.pictures.close();
            }
        }
    }
}
