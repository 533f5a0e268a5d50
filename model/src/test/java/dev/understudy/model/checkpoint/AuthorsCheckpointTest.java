package dev.understudy.model.checkpoint;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.frame.Task;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.model.network.StartingWeights;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Students from files of the form in which the authors give theirs out: PyTorch's older stream, a dictionary with the
 * state dict under {@code state_dict} beside how far training had come, no counters of batches. The weights are the
 * golden rule's, under the originals' names.
 */
public class AuthorsCheckpointTest {
    private static final int FLOAT_BYTES = 4;

    @DataProvider
    public Object[][] students() {
        return new Object[][] {
            {"mt-lw-refinenet-nyud", 40, List.of(Task.SEGMENTATION, Task.DEPTH)},
            {"mt-lw-refinenet-nyud-kitti", 46, List.of(Task.SEGMENTATION, Task.DEPTH)},
            {"mt-lw-refinenet-nyud-three", 40, List.of(Task.SEGMENTATION, Task.DEPTH, Task.NORMALS)},
        };
    }

    @Test(dataProvider = "students")
    public void aStudentOfTheSameTasksTakesEveryTensor(String name, int classes, List<Task> tasks) {
        Checkpoint original = GoldenWeights.checkpoint(name, 1);
        Checkpoint file = CheckpointBytes.read(stream(original));
        assertEquals(file.tensors().keySet(), original.tensors().keySet());
        assertEquals(Architecture.guess(file).orElseThrow().heads(), Heads.of(tasks, classes));
        try (Network network = student(tasks, classes)) {
            network.load(file);
            assertSame(network.snapshot(), original, original.tensors().keySet());
        }
    }

    @Test
    public void aStudentOfMoreTasksAndClassesTakesAllButTheHeads() {
        Checkpoint original = GoldenWeights.checkpoint("mt-lw-refinenet-nyud", 1);
        Checkpoint file = CheckpointBytes.read(stream(original));
        try (Network network = student(List.of(Task.SEGMENTATION, Task.DEPTH, Task.NORMALS), 59)) {
            CheckpointException e = expectThrows(CheckpointException.class, () -> network.load(file));
            assertTrue(e.getMessage().contains("2 classes") || e.getMessage().contains("40 classes"), e.getMessage());
            new StartingWeights(
                            Architecture.MT_LW_REFINENET,
                            Heads.of(List.of(Task.SEGMENTATION, Task.DEPTH, Task.NORMALS), 59),
                            file)
                    .loadBody(network);
            List<String> body = original.tensors().keySet().stream()
                    .filter(name -> !name.contains("segm") && !name.contains("depth"))
                    .toList();
            assertEquals(body.size(), original.tensors().size() - 6);
            assertSame(network.snapshot(), original, body);
        }
    }

    private static Network student(List<Task> tasks, int classes) {
        return Architecture.MT_LW_REFINENET.create(Heads.of(tasks, classes), NativeEngine.cpu(), 7);
    }

    private static void assertSame(Checkpoint found, Checkpoint expected, Iterable<String> names) {
        // Unlike TestNG, which writes what it would say for each of millions of equal elements
        names.forEach(name -> assertEquals(
                Arrays.mismatch(
                        found.tensors().get(name).toFloats(),
                        expected.tensors().get(name).toFloats()),
                -1,
                name));
    }

    /** {@code torch.save({'epoch': …, 'state_dict': …}, file)} as PyTorch before 1.6 wrote it. */
    private static byte[] stream(Checkpoint checkpoint) {
        StringBuilder object = new StringBuilder("<8002>}(");
        object.append(CheckpointBytes.text("epoch")).append(CheckpointBytes.integer(1000));
        object.append(CheckpointBytes.text("state_dict")).append("ccollections|OrderedDict|)R(");
        List<String> keys = new ArrayList<>();
        checkpoint.tensors().forEach((name, tensor) -> {
            String key = Integer.toString(94_000_000 + 64 * keys.size());
            keys.add(key);
            object.append(CheckpointBytes.text(name)).append(tensor(key, tensor));
        });
        object.append("uu.");
        StringBuilder listed = new StringBuilder("<8002>](");
        // PyTorch sorts them; nothing may depend on it.
        Collections.reverse(keys);
        keys.forEach(key -> listed.append(CheckpointBytes.text(key)));
        List<Tensor> storages = new ArrayList<>(checkpoint.tensors().values());
        Collections.reverse(storages);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        storages.forEach(tensor -> data.writeBytes(storage(tensor)));
        return CheckpointBytes.concatenate(
                CheckpointBytes.pickle("<80028a0a6cfc9c46f9206aa85019>."),
                CheckpointBytes.pickle("<80024de903>."),
                CheckpointBytes.pickle("<8002>}(" + CheckpointBytes.text("little_endian") + "<88>u."),
                CheckpointBytes.pickle(object.toString()),
                CheckpointBytes.pickle(listed + "e."),
                data.toByteArray());
    }

    private static String tensor(String key, Tensor tensor) {
        long[] shape = tensor.shape();
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        return "ctorch._utils|_rebuild_tensor_v2|((" + CheckpointBytes.text("storage") + "ctorch|FloatStorage|"
                + CheckpointBytes.text(key) + CheckpointBytes.text("cuda:0")
                + CheckpointBytes.integer(tensor.elements()) + "NtQ" + CheckpointBytes.integer(0) + tuple(shape)
                + tuple(strides) + "<89>ccollections|OrderedDict|)RtR";
    }

    private static String tuple(long[] values) {
        StringBuilder tuple = new StringBuilder("(");
        Arrays.stream(values).forEach(value -> tuple.append(CheckpointBytes.integer(value)));
        return tuple.append('t').toString();
    }

    private static byte[] storage(Tensor tensor) {
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + FLOAT_BYTES * tensor.elements()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(tensor.elements());
        for (float value : tensor.toFloats()) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }
}
