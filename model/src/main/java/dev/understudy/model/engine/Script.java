package dev.understudy.model.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.understudy.model.engine.NativeEngine.NativeGate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * TorchScript methods that take tensors and give one tensor. DJL has no binding for many of libtorch's operations (in
 * place, fused with an activation); a script reaches all of them. The archive that libtorch reads is put together here
 * in memory: an object with no weights, and its code. Safe for several threads.
 */
public final class Script {
    private static final String HEADER =
            "class Script(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";

    private final PtSymbolBlock module;

    /** @param methods TorchScript source, two spaces deep, with {@code self: __torch__.Script} */
    Script(String methods) {
        byte[] archive = archive(HEADER + methods);
        PtNDManager manager = (PtNDManager) NativeEngine.newManager(Device.cpu());
        try {
            module = JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A method {@code forward} that gives a list of tensors.
     *
     * @param names of its arguments, all tensors, with commas between them
     * @param body TorchScript as PyTorch writes it to a file, two spaces deep, ending in {@code return [...]}
     */
    public static Script of(String names, String body) {
        String parameters = names.replace(", ", ": Tensor, ") + ": Tensor";
        return new Script(
                "  def forward(self: __torch__.Script,\n    " + parameters + ") -> List[Tensor]:\n" + body.indent(2));
    }

    /** The method {@code forward}, recorded for gradients if the thread's gradient mode is on. */
    PtNDArray differentiable(NDArray... arguments) {
        return (PtNDArray) results(arguments).singletonOrThrow();
    }

    /** The method {@code forward} where it gives a list, under the thread's gradient mode. */
    public NDList results(NDArray... arguments) {
        return NativeGate.pass(() -> IValueUtils.forward(module, new NDList(arguments), true));
    }

    /**
     * Any method, for inference: what it makes can never take part in a gradient, and is changed in place only by other
     * scripts. The result is attached to the manager of {@code owner}.
     */
    PtNDArray call(String method, PtNDArray owner, IValue... arguments) {
        try (IValue result = NativeGate.pass(() -> IValueUtils.runMethod(module, method, arguments))) {
            return result.toTensor(owner.getManager());
        }
    }

    /** For methods that change a tensor in place. */
    void run(String method, IValue... arguments) {
        NativeGate.pass(() -> IValueUtils.runMethod(module, method, arguments)).close();
    }

    private static byte[] archive(String code) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "data.pkl", module());
            store(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
            store(zip, "constants.pkl", latin1("\u0080\u0002)."));
            store(zip, "version", latin1("3\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A pickle of one {@code Script} with {@code training = False}. */
    private static byte[] module() {
        return latin1("\u0080\u0002c__torch__\nScript\n)\u0081}(X\u0008\u0000\u0000\u0000training\u0089ub.");
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry("script/" + name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
