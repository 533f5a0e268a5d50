package dev.understudy.trainer.progress;

import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The losses of each step and the scores of each validation, for {@code tensorboard --logdir}. A resumed run adds a file,
 * which declares void what the earlier ones hold of later steps.
 */
public final class TensorBoardEvents implements TrainingListener {
    private static final int STEPS_BETWEEN_FLUSHES = 20;

    private final Path folder;
    private @Nullable EventFile events;

    public TensorBoardEvents(Path folder) {
        this.folder = folder;
    }

    @Override
    public void started(long done, long steps) {
        Path file = folder.resolve(
                String.format(Locale.ROOT, "events.out.tfevents.%d.step-%d", System.currentTimeMillis(), done));
        attempt(() -> {
            EventFile opened = new EventFile(file, now());
            events = opened;
            if (done > 0) {
                opened.start(now(), done + 1);
            }
        });
    }

    @Override
    public void stepped(StepReport report) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss/total", report.loss().total());
        report.loss().named().forEach((name, value) -> values.put("loss/" + name, value));
        values.put("rate/factor", report.factor());
        values.put("speed/framesPerSecond", report.frames().size() * 1e9 / report.nanos());
        write(report.step(), values, report.step() % STEPS_BETWEEN_FLUSHES == 0);
    }

    @Override
    public void validated(ValidationReport report) {
        Map<String, Double> values = new LinkedHashMap<>();
        report.scores().forEach(score -> values.put("validation/" + score.name(), score.value()));
        write(report.step(), values, true);
    }

    private void write(long step, Map<String, Double> values, boolean flush) {
        EventFile open = events;
        if (open == null) {
            throw new IllegalStateException("training has not started");
        }
        attempt(() -> {
            open.scalars(now(), step, values);
            if (flush) {
                open.flush();
            }
        });
    }

    @Override
    public void close() {
        EventFile open = events;
        if (open != null) {
            attempt(open::close);
        }
    }

    private static double now() {
        return System.currentTimeMillis() / 1e3;
    }

    private interface Work {
        void run() throws IOException;
    }

    private void attempt(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be written (" + e.getMessage() + "); is the disk full?", e);
        }
    }
}
