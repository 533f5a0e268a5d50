package dev.understudy.pipeline.label;

import dev.understudy.conf.PathText;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.storage.Storage;
import java.util.List;

/**
 * Reads frames from the manifest's folder, which every executor must see under the same path or URI. Only the picture
 * is opened: no expert of today looks at depth, and none may see the truth.
 *
 * @param folder of the manifest; nothing outside of it is read
 * @param maxPixels width × height of the largest picture that is decoded
 */
public record DiskFrameReading(String folder, long maxPixels) implements FrameReading {
    private static final int REQUESTS_AT_ONCE = 4;

    @Override
    public int atOnce() {
        return Storage.isRemote(PathText.parse(folder)) ? REQUESTS_AT_ONCE : 1;
    }

    @Override
    public Frame read(FrameRecord record) {
        FrameRecord seen =
                FrameRecord.of(record.id(), record.rgb()).split(record.split()).build();
        Frame frame = new DiskFrameSource(Manifest.of(PathText.parse(folder), List.of(seen)), maxPixels).read(0);
        return new Frame(record, frame.rgb(), null, null, null);
    }
}
