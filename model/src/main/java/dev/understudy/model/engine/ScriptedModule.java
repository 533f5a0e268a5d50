package dev.understudy.model.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.understudy.files.DataException;
import dev.understudy.files.storage.LocalCopy;
import dev.understudy.model.engine.NativeEngine.NativeGate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A TorchScript file of somebody's, loaded for inference. It is a program: whoever loads one trusts its maker. Safe for
 * several threads.
 */
public final class ScriptedModule implements AutoCloseable {
    private final Path file;
    private final int threads;
    private final NDManager manager;
    private final PtSymbolBlock module;

    private ScriptedModule(Path file, int threads, NDManager manager, PtSymbolBlock module) {
        this.file = file;
        this.threads = threads;
        this.manager = manager;
        this.module = module;
    }

    /**
     * @param threads that one call may use
     * @throws DataException if libtorch cannot load the file
     */
    public static ScriptedModule load(Path file, Device device, int threads) {
        Path local = local(file);
        PtNDManager manager = (PtNDManager) NativeEngine.newManager(device);
        try {
            PtSymbolBlock module = JniUtils.loadModule(manager, local, true, new String[0], new String[0], false);
            JniUtils.enableInferenceMode(module);
            return new ScriptedModule(file, threads, manager, module);
        } catch (RuntimeException e) {
            manager.close();
            throw new DataException(
                    file + ": libtorch cannot load it as TorchScript (" + firstLine(e)
                            + "); save it with torch.jit.save from a PyTorch not newer than this libtorch",
                    e);
        }
    }

    private static Path local(Path file) {
        try {
            return LocalCopy.file(file);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e, e);
        }
    }

    public NDManager newManager() {
        return manager.newSubManager();
    }

    /**
     * Calls the module with one tensor.
     *
     * @return by the name that a dictionary gives them, or else by position: {@code 0}, {@code 1}, …; attached to the
     *     manager of {@code input}
     * @throws DataException if the program fails, or gives something else than tensors
     */
    public Map<String, NDArray> forward(NDArray input) {
        NativeEngine.useThreads(threads);
        boolean gradients = Tensors.gradients(false);
        try (IValue argument = IValue.from((PtNDArray) input);
                IValue result = NativeGate.pass(() -> IValueUtils.runMethod(module, "forward", argument))) {
            return named(result, (PtNDManager) input.getManager());
        } catch (UnsupportedOperationException | EngineException e) {
            throw new DataException(file + ": the program fails on this picture: " + firstLine(e), e);
        } finally {
            Tensors.gradients(gradients);
        }
    }

    private Map<String, NDArray> named(IValue result, PtNDManager manager) {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        if (result.isMap() && result.getType().startsWith("Dict(str,")) {
            result.toIValueMap().forEach((name, value) -> {
                try (IValue one = value) {
                    if (one.isTensor()) {
                        tensors.put(name, one.toTensor(manager));
                    }
                }
            });
        } else {
            collect(result, manager, tensors);
        }
        if (tensors.isEmpty()) {
            throw new DataException(file + ": the program gives a " + result.getType()
                    + ", expected a tensor, a tuple or a list of tensors, or a dictionary of them by name; wrap it in a"
                    + " module that gives one of these");
        }
        return tensors;
    }

    /** Tensors in order, those inside of tuples and lists too; asking anything else for tensors ends the process. */
    private static void collect(IValue value, PtNDManager manager, Map<String, NDArray> tensors) {
        if (value.isTensor()) {
            tensors.put(Integer.toString(tensors.size()), value.toTensor(manager));
        } else if (value.isTensorList()) {
            for (NDArray tensor : value.toTensorArray(manager)) {
                tensors.put(Integer.toString(tensors.size()), tensor);
            }
        } else if (value.isTuple() || value.isList()) {
            for (IValue inside : value.isTuple() ? value.toIValueTuple() : value.toIValueArray()) {
                try (IValue one = inside) {
                    collect(one, manager, tensors);
                }
            }
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("no reason given");
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
