package dev.understudy.pipeline.label;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.store.Evidence;
import dev.understudy.dataset.store.FrameTiming;
import dev.understudy.dataset.store.Shard;
import dev.understudy.dataset.store.ShardResult;
import dev.understudy.dataset.store.ShardWriter;
import dev.understudy.dataset.store.StoreDescription;
import dev.understudy.labeler.Expert;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Labels one shard on an executor. Frames that cannot be read are quarantined; anything else that goes wrong fails the
 * task, and Spark tries it again: what depends on luck must not be written down as a property of a frame.
 *
 * @param store the store's folder, which every executor must be able to write to
 */
record ShardTask(String store, StoreDescription description, ExpertSource experts, FrameReading frames, int threads)
        implements Serializable {

    ShardResult label(Shard shard) throws IOException {
        String attempt = UUID.randomUUID().toString();
        try (Expert expert = experts.open(threads);
                ShardWriter writer = ShardWriter.create(Path.of(store), description, shard, attempt, threads);
                ReadAhead ahead = new ReadAhead(shard.frames(), frames)) {
            while (ahead.hasNext()) {
                ReadAhead.Item item = ahead.next();
                try {
                    label(item, expert, writer);
                } catch (RuntimeException e) {
                    throw new IllegalStateException(
                            "shard " + shard.id() + ", frame " + item.record().id() + ": " + e, e);
                }
            }
            return writer.finish();
        }
    }

    private static void label(ReadAhead.Item item, Expert expert, ShardWriter writer) {
        String id = item.record().id();
        Frame frame = item.frame();
        if (frame == null) {
            quarantine(id, item.failure(), writer);
            return;
        }
        long start = System.nanoTime();
        try {
            Evidence evidence = expert.predict(frame);
            writer.put(item.record(), evidence);
        } catch (DataException e) {
            quarantine(id, e, writer);
            return;
        }
        writer.timing(new FrameTiming(id, item.millis(), (System.nanoTime() - start) * 1e-6, Worker.NAME));
    }

    private static void quarantine(String id, DataException failure, ShardWriter writer) {
        writer.quarantine(
                id, String.valueOf(failure.getMessage()), failure.getClass().getSimpleName());
    }

    /** Looked up once a JVM, since asking for the host's name can be slow. */
    private static final class Worker {
        static final String NAME = name();

        private static String name() {
            String process = Long.toString(ProcessHandle.current().pid());
            try {
                return InetAddress.getLocalHost().getHostName() + ":" + process;
            } catch (java.net.UnknownHostException e) {
                return "unknown:" + process;
            }
        }
    }
}
