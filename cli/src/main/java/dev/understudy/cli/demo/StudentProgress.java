package dev.understudy.cli.demo;

import dev.understudy.pipeline.progress.Progress;
import dev.understudy.pipeline.train.TrainingProgress;
import dev.understudy.trainer.progress.StepReport;
import dev.understudy.trainer.progress.TrainingListener;

/** One student's part of a progress that several share. */
record StudentProgress(String student, Progress progress) implements TrainingListener {
    @Override
    public void stepped(StepReport report) {
        progress.note(student + ": " + TrainingProgress.losses(report));
        progress.step(1);
    }
}
