package dev.understudy.pipeline.train;

import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.trainer.progress.TrainingListener;
import dev.understudy.trainer.progress.TrainingListener.Score;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import dev.understudy.trainer.progress.TrainingListener.ValidationReport;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Training as a user watches it: a bar or now and then a line, and a line for every validation. */
public final class TrainingProgress implements TrainingListener {
    private final RunObserver observer;
    private final String task;
    private @Nullable Progress progress;

    /** @param task what is trained, in a word or two */
    public TrainingProgress(RunObserver observer, String task) {
        this.observer = observer;
        this.task = task;
    }

    @Override
    public void started(long done, long steps) {
        if (done > 0) {
            observer.tell(task + ": going on after step " + done + " of " + steps);
        }
        progress = observer.progress(task, steps);
        progress.step(done);
    }

    @Override
    public void stepped(StepReport report) {
        if (progress != null) {
            progress.note(losses(report));
            progress.step(1);
        }
    }

    /** The loss of each task, and frames a second. */
    public static String losses(StepReport report) {
        String terms = report.loss().named().entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.3f", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT, "loss %s, %.1f frames/s", terms, report.frames().size() * 1e9 / report.nanos());
    }

    @Override
    public void validated(ValidationReport report) {
        String scores = report.scores().stream().map(TrainingProgress::shown).collect(Collectors.joining(", "));
        if (!scores.isEmpty()) {
            observer.tell(String.format(
                    Locale.ROOT,
                    "%s: epoch %.1f, step %d: %s%s",
                    task,
                    report.epoch(),
                    report.step(),
                    scores,
                    report.best() ? " (best)" : ""));
        }
    }

    static String shown(Score score) {
        return String.format(Locale.ROOT, "%s %.3f", score.name(), score.value());
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
