package dev.understudy.pipeline.spark;

import dev.understudy.trainer.progress.TrainingListener;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * Where long tasks look whether Spark still wants them. Spark asks a task to stop when its job is cancelled, when
 * another attempt was first, or when its executor is wanted by others; it waits for the task to look, since killing a
 * thread could leave anything behind.
 */
public final class TaskStop {
    private TaskStop() {}

    /**
     * Goes on, or ends the task as one that was killed and did not fail. Outside of tasks it always goes on.
     *
     * @throws TaskKilledException which is to be left alone
     */
    public static void check() {
        TaskContext task = TaskContext.get();
        if (task != null && task.isInterrupted()) {
            throw new TaskKilledException("Spark asked task " + task.taskAttemptId() + " to stop");
        }
    }

    /** Ends a training between two steps; its last checkpoint is there to go on from. */
    public static final class BetweenSteps implements TrainingListener {
        @Override
        public void started(long done, long steps) {
            check();
        }

        @Override
        public void stepped(StepReport report) {
            check();
        }
    }
}
