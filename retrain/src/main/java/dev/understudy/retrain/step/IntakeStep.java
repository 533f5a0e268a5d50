package dev.understudy.retrain.step;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.registry.ModelVersion;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes down which frames and which champion this cycle is about. Ends the cycle if no frame is new.
 *
 * @param anyway go on without a new frame if there are old ones
 */
public record IntakeStep(FrameInlet inlet, FramePool pool, Registry registry, boolean anyway) implements CycleStep {
    public static final String NAME = "intake";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(CycleContext context) {
        return new TreeMap<>(Map.of("cycle", context.cycle()));
    }

    @Override
    public StepResult run(CycleContext context) throws IOException {
        FramePool.Intake intake = pool.takeIn(inlet);
        Optional<ModelVersion> champion = registry.champion();
        Map<String, String> outputs = new TreeMap<>();
        outputs.put("root", intake.root().toString());
        outputs.put("champion", champion.map(ModelVersion::name).orElse(CycleFrames.NONE));
        outputs.put("champion-sha256", champion.map(c -> c.weights().sha256()).orElse(CycleFrames.NONE));
        write(outputs, "to-label", context.work(), intake.toLabel());
        write(outputs, "to-learn", context.work(), intake.toLearn());
        write(outputs, "fresh", context.work(), intake.fresh());
        List<Measure> measures = List.of(
                Measure.of("frames_new", intake.fresh().size()),
                Measure.of("frames_learnt", intake.toLearn().size()));
        String waiting = waiting();
        if (!waiting.isEmpty()) {
            context.tell().accept(waiting);
        }
        boolean nothing = intake.toLearn().isEmpty() || intake.fresh().isEmpty() && !anyway;
        return nothing
                ? StepResult.ending(
                        Outcome.NOTHING_NEW,
                        "no new frames in " + intake.root() + (waiting.isEmpty() ? "" : "; " + waiting),
                        outputs,
                        measures)
                : StepResult.done(outputs, measures);
    }

    private String waiting() throws IOException {
        List<String> recordings = inlet.waiting();
        return recordings.isEmpty()
                ? ""
                : recordings.size() + " without a manifest ("
                        + String.join(", ", recordings.stream().limit(3).toList())
                        + (recordings.size() > 3 ? ", …" : "")
                        + ") do not count yet; understudy dataset import rgbd writes one for a raw sequence";
    }

    private static void write(Map<String, String> outputs, String name, Path folder, List<FrameRecord> frames)
            throws IOException {
        WrittenFile written = ManifestWriter.write(folder.resolve(name + ".jsonl"), frames);
        outputs.put(name, folder.resolve(name + ".jsonl").toString());
        outputs.put(name + "-sha256", written.sha256());
    }
}
