package dev.understudy.cli.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.cli.export.ExportLabelsCommand.LabelFormat;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.Palette;
import dev.understudy.files.AtomicFile;
import dev.understudy.pipeline.filter.Provenance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Tar shards as the {@code webdataset} package reads them. Of each frame, under one key: the picture and the depth as
 * they are, {@code labels.png} with a palette (255 = dropped), {@code weights.png} (weight·255), and {@code json}, the
 * frame's record with what the labels come from.
 */
final class WebDatasetLabels implements LabelFormat {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Everybody may read them; fixed, as are owner and time, so that the same frames give the same bytes. */
    private static final int MODE = 0100644;

    private final int framesPerShard;

    WebDatasetLabels(int framesPerShard) {
        this.framesPerShard = framesPerShard;
    }

    @Override
    public Path write(Path out, ClassSpace classes, Provenance made, Iterator<LabelledFrame> frames)
            throws IOException {
        for (int shard = 0; shard == 0 || frames.hasNext(); shard++) {
            AtomicFile.write(out.resolve(String.format(Locale.ROOT, "labels-%06d.tar", shard)), stream -> {
                try (TarArchiveOutputStream tar = new TarArchiveOutputStream(stream)) {
                    for (int i = 0; i < framesPerShard && frames.hasNext(); i++) {
                        put(tar, frames.next(), classes, made);
                    }
                    tar.finish();
                }
            });
        }
        return out;
    }

    private static void put(TarArchiveOutputStream tar, LabelledFrame frame, ClassSpace classes, Provenance made)
            throws IOException {
        // Everything before the first dot is the key, so ids, which may have dots, stand in the JSON.
        String key = String.format(Locale.ROOT, "%08d", frame.index());
        FrameRecord record = frame.record();
        Path rgb = FrameRules.resolve(frame.folder(), record.rgb());
        put(tar, key + "." + ending(rgb), Files.readAllBytes(rgb));
        put(tar, key + ".labels.png", png(frame.label().labels(), classes.palette()));
        put(tar, key + ".weights.png", png(new LabelMap(frame.width(), frame.height(), frame.weights()), null));
        if (record.depth() != null) {
            put(tar, key + ".depth.png", Files.readAllBytes(FrameRules.resolve(frame.folder(), record.depth())));
        }
        put(tar, key + ".json", JSON.writeValueAsBytes(description(frame, classes, made)));
    }

    private static Map<String, Object> description(LabelledFrame frame, ClassSpace classes, Provenance made) {
        FrameRecord record = frame.record();
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("id", record.id());
        description.put("classes", classes.name());
        description.put("depthScale", record.depth() == null ? null : record.depthScale());
        description.put("scene", record.scene());
        description.put("pose", record.pose());
        description.put("intrinsics", record.intrinsics());
        description.put("reliability", frame.reliability());
        description.put("kept", frame.kept());
        description.put("made", made.entries());
        return description;
    }

    private static String ending(Path picture) {
        String name = picture.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".png") ? "png" : "jpg";
    }

    private static byte[] png(LabelMap map, @Nullable Palette palette) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LabelFiles.write(bytes, map, palette);
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        entry.setMode(MODE);
        entry.setModTime(0L);
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }
}
