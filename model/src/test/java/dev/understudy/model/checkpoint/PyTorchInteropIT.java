package dev.understudy.model.checkpoint;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.PythonRun;
import dev.understudy.files.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.testng.annotations.Test;

/**
 * PyTorch itself loads what we write, with {@code weights_only=True}, and we read what it saves from that, in every
 * form it has. Runs where {@code UNDERSTUDY_PYTHON} names a Python with torch; {@link CheckpointWritersTest} and {@link
 * GoldenCheckpointsTest} check the same without.
 */
public class PyTorchInteropIT {
    @Test
    public void tensorsSurviveTheWayThroughPyTorchAndBack() throws Exception {
        PythonRun python = PythonRun.with("torch");
        Path folder = Scratch.folder("pytorch-interop");
        try {
            Checkpoint student = GoldenWeights.checkpoint("mt-lw-refinenet-nyud", 1);
            Map<String, Checkpoint> originals = Map.of(
                    "types", CheckpointWritersTest.everyType(),
                    "student", student,
                    "half", student.withFloatsAs(TensorType.FLOAT16));
            for (Map.Entry<String, Checkpoint> original : originals.entrySet()) {
                PyTorchZipWriter.write(folder.resolve(original.getKey() + ".pth"), original.getValue());
                SafetensorsWriter.write(folder.resolve(original.getKey() + ".safetensors"), original.getValue());
            }
            python.script("/pytorch_interop.py", folder.resolve("log"), folder);
            List<Path> again;
            try (var files = Files.list(folder)) {
                again = files.filter(file -> file.toString().endsWith(".again")).toList();
            }
            assertTrue(again.size() >= 3 * 14, again.toString());
            for (Path file : again) {
                String name = file.getFileName().toString();
                Checkpoint original = originals.get(name.substring(0, name.indexOf('-')));
                assertEquals(byName(CheckpointReader.read(file)), byName(original), name);
            }
        } finally {
            Scratch.delete(folder);
        }
    }

    /** The safetensors package sorts; names with dots become names without on the way through a module. */
    private static Map<String, Tensor> byName(Checkpoint checkpoint) {
        return new TreeMap<>(new LinkedHashMap<>(checkpoint.tensors()));
    }
}
