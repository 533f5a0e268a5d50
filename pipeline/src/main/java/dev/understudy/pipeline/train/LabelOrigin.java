package dev.understudy.pipeline.train;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreDescription.Calibration;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a source's frames have their labels from, part by part: a run is resumed only with the same. Where things are
 * does not matter, what they are does: manifests count by their records, stores by the checksums of their shards.
 * Pictures and label files are taken to be what they were when their records are.
 */
record LabelOrigin(TrainingSet frames, SortedMap<String, String> origin) implements TrainingSet.Wrapper {
    static LabelOrigin of(
            TrainingSet frames, SourceConfiguration source, Manifest manifest, ClassSpace classes, Partners partners) {
        SortedMap<String, String> origin = new TreeMap<>();
        origin.put("classes", classes.name() + " " + shortened(Sha256.of(classes.toString())));
        origin.put("frames", digest(manifest.frames()));
        origin.put("learn", source.learn().toString());
        origin.put("maxDepth", String.valueOf(source.maxDepth()));
        if (source.size() != null) {
            origin.put("size", source.size().width() + "x" + source.size().height());
        }
        if (source.store() != null) {
            addStore(origin, "store", source.store());
            origin.put("policy", ConfigurationWriter.toYaml((Record) source.policy()));
            if (source.soft() > 1) {
                origin.put("labels", "soft " + source.soft());
            }
            origin.put("policy frames", policyFrames(source));
        }
        for (Map.Entry<String, Path> other : source.otherStores().entrySet()) {
            addStore(origin, "otherStores." + other.getKey(), other.getValue());
        }
        if (source.depthStore() != null) {
            addStore(origin, "depthStore", source.depthStore());
            origin.put("maxDepthSpread", String.valueOf(source.maxDepthSpread()));
        }
        if (source.truth() != null) {
            origin.put(
                    "truth",
                    source.truth().use() + " "
                            + digest(Manifest.read(source.truth().manifest()).frames()));
        }
        if (partners.paired() > 0) {
            origin.put("pairs", partners.paired() + " " + shortened(partners.digest()));
        }
        return new LabelOrigin(frames, origin);
    }

    private static void addStore(SortedMap<String, String> origin, String name, Path folder) {
        try (LabelStore store = LabelStore.open(folder)) {
            // What made the labels, and the class map with it, is in the fingerprint; the calibration is not.
            origin.put(
                    name,
                    shortened(store.description().fingerprint().digest()) + " "
                            + shortened(Sha256.of(folder.resolve("_SUCCESS"))));
            origin.put(name + " calibration", inWords(store.description().calibration()));
            if (ReliabilityFile.exists(folder)) {
                origin.put(name + " reliability", shortened(Sha256.of(folder.resolve(ReliabilityFile.NAME))));
            }
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be read: " + e, e);
        }
    }

    private static String inWords(@Nullable Calibration calibration) {
        return calibration == null
                ? "uncalibrated"
                : calibration.method() + " "
                        + shortened(Sha256.of(calibration.parameters().toString()));
    }

    private static String policyFrames(SourceConfiguration source) {
        List<String> digests = new ArrayList<>();
        for (Path manifest : source.policy().manifests()) {
            digests.add(digest(Manifest.read(manifest).frames()));
        }
        return digests.toString();
    }

    /** Over what decides what a frame teaches, so that a record that tells more of it is still the same. */
    private static String digest(List<FrameRecord> frames) {
        MessageDigest digest = Sha256.digest();
        for (FrameRecord frame : frames) {
            String line = String.join(
                    "\t",
                    frame.id(),
                    frame.rgb(),
                    String.valueOf(frame.depth()),
                    String.valueOf(frame.depthScale()),
                    String.valueOf(frame.segmentation()),
                    String.valueOf(frame.classes()),
                    String.valueOf(frame.normals()));
            digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return shortened(Sha256.hex(digest));
    }

    private static String shortened(String sha256) {
        return sha256.substring(0, 16);
    }

    @Override
    public TrainingFrame get(int index) {
        return frames.get(index);
    }
}
