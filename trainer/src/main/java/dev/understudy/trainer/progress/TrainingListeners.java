package dev.understudy.trainer.progress;

import dev.understudy.trainer.progress.TrainingListener.StepReport;
import dev.understudy.trainer.progress.TrainingListener.ValidationReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several listeners as one, told in order. */
public record TrainingListeners(List<TrainingListener> all) implements TrainingListener {
    public TrainingListeners {
        all = List.copyOf(all);
    }

    @Override
    public void started(long done, long steps) {
        all.forEach(listener -> listener.started(done, steps));
    }

    @Override
    public void stepped(StepReport report) {
        all.forEach(listener -> listener.stepped(report));
    }

    @Override
    public void validated(ValidationReport report) {
        all.forEach(listener -> listener.validated(report));
    }

    @Override
    public void noted(String what) {
        all.forEach(listener -> listener.noted(what));
    }

    /** Closes every one, whatever the others throw; what the first threw carries what came after it. */
    @Override
    public void close() {
        RuntimeException first = null;
        for (TrainingListener listener : all) {
            first = and(first, listener);
        }
        if (first != null) {
            throw first;
        }
    }

    private static @Nullable RuntimeException and(@Nullable RuntimeException before, TrainingListener listener) {
        try {
            listener.close();
            return before;
        } catch (RuntimeException e) {
            if (before == null) {
                return e;
            }
            before.addSuppressed(e);
            return before;
        }
    }
}
