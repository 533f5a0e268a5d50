package dev.understudy.pipeline.label;

import dev.understudy.pipeline.spark.TaskStop;
import dev.understudy.store.Shard;
import dev.understudy.store.ShardWriter.ShardResult;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Labels one shard on an executor, for each store that lacks it. Frames that cannot be read are quarantined; anything else
 * that goes wrong fails the task, and Spark tries it again: what depends on luck must not be written down as a property of a
 * frame. When Spark asks it to, a task stops before its next frames and leaves nothing behind.
 *
 * @param targets all of the job's
 * @param threads processor threads of a task
 * @param batch frames that are shown to an expert at once
 */
public record ShardTask(List<LabelTarget> targets, FrameReading frames, int threads, int batch)
        implements Serializable {
    /**
     * What one task does.
     *
     * @param targets numbers of those that lack the shard
     */
    public record Work(Shard shard, List<Integer> targets) implements Serializable {}

    /** What came of it for one target. */
    public record Done(int target, ShardResult result) implements Serializable {}

    public List<Done> label(Work work) throws IOException {
        String attempt = UUID.randomUUID().toString();
        Shard shard = work.shard();
        try (OpenTargets open = new OpenTargets();
                ReadAhead ahead = new ReadAhead(shard.frames(), frames)) {
            for (int target : work.targets()) {
                open.add(targets.get(target), shard, attempt, threads);
            }
            while (ahead.hasNext()) {
                TaskStop.check();
                List<ReadAhead.Item> items = new ArrayList<>();
                while (items.size() < batch && ahead.hasNext()) {
                    items.add(ahead.next());
                }
                try {
                    open.label(items);
                } catch (RuntimeException e) {
                    throw new IllegalStateException(
                            "shard " + shard.id() + ", frame "
                                    + items.get(0).record().id()
                                    + (items.size() > 1 ? " or one of the " + (items.size() - 1) + " behind it" : "")
                                    + ": "
                                    + e,
                            e);
                }
            }
            List<Done> done = new ArrayList<>();
            List<ShardResult> results = open.finish();
            for (int i = 0; i < results.size(); i++) {
                done.add(new Done(work.targets().get(i), results.get(i)));
            }
            return done;
        }
    }
}
