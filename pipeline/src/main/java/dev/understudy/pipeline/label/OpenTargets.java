package dev.understudy.pipeline.label;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.files.DataException;
import dev.understudy.labeler.Expert;
import dev.understudy.store.Shard;
import dev.understudy.store.ShardWriter;
import dev.understudy.store.ShardWriter.FrameTiming;
import dev.understudy.store.ShardWriter.ShardResult;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The experts of a task with the shards that they write, as long as it lasts. For one thread at a time. */
final class OpenTargets implements AutoCloseable {
    private final List<Target> targets = new ArrayList<>();

    private record Target(Expert expert, ShardWriter writer) {}

    void add(LabelTarget target, Shard shard, String attempt, int threads) throws IOException {
        Expert expert = target.experts().open(threads);
        try {
            targets.add(new Target(
                    expert, ShardWriter.create(target.path(), target.description(), shard, attempt, threads)));
        } catch (IOException | RuntimeException e) {
            expert.close();
            throw e;
        }
    }

    /** Asks every expert about frames that follow each other, and quarantines those that could not be read. */
    void label(List<ReadAhead.Item> items) {
        List<Frame> readable = items.stream()
                .map(ReadAhead.Item::frame)
                .filter(Objects::nonNull)
                .toList();
        for (Target target : targets) {
            Iterator<Answer> answers = ask(target.expert, readable, true).iterator();
            for (ReadAhead.Item item : items) {
                put(item, item.frame() == null ? new Answer(null, item.failure(), 0) : answers.next(), target);
            }
        }
    }

    /**
     * What an expert says of a frame, or why it says nothing.
     *
     * @param millis that it took, an equal share of its batch
     */
    private record Answer(
            @Nullable Evidence evidence, @Nullable DataException failure, double millis) {}

    private static List<Answer> ask(Expert expert, List<Frame> frames, boolean mayBeLuck) {
        long start = System.nanoTime();
        try {
            List<Evidence> evidence = frames.isEmpty() ? List.of() : expert.predict(frames);
            double millis = (System.nanoTime() - start) * 1e-6 / Math.max(1, frames.size());
            return evidence.stream().map(one -> new Answer(one, null, millis)).toList();
        } catch (RuntimeException | OutOfMemoryError e) {
            DataException trouble = FrameTrouble.of(frames.get(0).record(), e);
            if (trouble == null) {
                throw e;
            }
            if (frames.size() == 1) {
                return List.of(
                        mayBeLuck && FrameTrouble.isMemory(e) ? again(expert, frames) : new Answer(null, trouble, 0));
            }
            // One of them is to blame; alone, each tells for itself.
            return frames.stream()
                    .flatMap(frame -> ask(expert, List.of(frame), true).stream())
                    .toList();
        }
    }

    /** Memory may have been short for a moment, for which a frame is not to be blamed. */
    private static Answer again(Expert expert, List<Frame> one) {
        return ask(expert, one, false).get(0);
    }

    private static void put(ReadAhead.Item item, Answer answer, Target target) {
        long start = System.nanoTime();
        DataException failure = answer.failure;
        if (answer.evidence != null) {
            try {
                target.writer.put(item.record(), answer.evidence);
                double millis = answer.millis + (System.nanoTime() - start) * 1e-6;
                target.writer.timing(new FrameTiming(item.record().id(), item.millis(), millis, Worker.NAME));
                return;
            } catch (DataException e) {
                failure = e;
            }
        }
        DataException reason = Objects.requireNonNull(failure);
        target.writer.quarantine(
                item.record().id(),
                String.valueOf(reason.getMessage()),
                reason.getClass().getSimpleName());
    }

    /** In the order in which they were added. */
    List<ShardResult> finish() throws IOException {
        List<ShardResult> results = new ArrayList<>();
        for (Target target : targets) {
            results.add(target.writer.finish());
        }
        return results;
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Target target : targets) {
            try (Expert expert = target.expert;
                    ShardWriter writer = target.writer) {
                // Both are closed, whatever the one says.
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
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
