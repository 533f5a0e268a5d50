package dev.understudy.model.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Changes to many arrays by one call each, in place: a network has hundreds of parameters, most of them so small that
 * the calls cost more than the arithmetic. Lists go together item by item, in shape and memory order.
 */
public final class ParameterLists {
    private static final Script SCRIPT = new Script(script());

    private ParameterLists() {}

    /**
     * g ← g + decay·p; m ← momentum·m + g; p ← p − rate·m, with Nesterov p ← p − rate·(g + momentum·m).
     *
     * @param velocities empty if {@code momentum} is 0
     */
    public static void sgd(
            List<NDArray> parameters,
            List<NDArray> gradients,
            List<NDArray> velocities,
            double rate,
            double decay,
            double momentum,
            boolean nesterov) {
        run(
                "sgd",
                list(parameters),
                list(gradients),
                list(velocities),
                IValue.from(rate),
                IValue.from(decay),
                IValue.from(momentum),
                IValue.from(nesterov));
    }

    /** @param step 1 for the first */
    public static void adamW(
            List<NDArray> parameters,
            List<NDArray> gradients,
            List<NDArray> means,
            List<NDArray> squares,
            long step,
            double rate,
            double decay,
            double beta1,
            double beta2,
            double epsilon) {
        NDArray first = parameters.get(0);
        try (NDManager manager = first.getManager().newSubManager(first.getDevice())) {
            NDArray count = manager.create(new float[] {step}, new Shape());
            run(
                    "adamw",
                    list(parameters),
                    list(gradients),
                    list(means),
                    list(squares),
                    list(Collections.nCopies(parameters.size(), count)),
                    IValue.from(rate),
                    IValue.from(decay),
                    IValue.from(beta1),
                    IValue.from(beta2),
                    IValue.from(epsilon));
        }
    }

    /** a ← a·factor */
    public static void scale(List<NDArray> arrays, double factor) {
        run("scale", list(arrays), IValue.from(factor));
    }

    /** a ← decay·a + (1 − decay)·b */
    public static void average(List<NDArray> averages, List<NDArray> by, double decay) {
        run("average", list(averages), list(by), IValue.from(decay));
    }

    /** The L2 norm of each, read from the device all at once. */
    public static float[] norms(List<NDArray> arrays) {
        try (IValue list = list(arrays);
                NDArray norms = TO_ONE.call("norms", (PtNDArray) arrays.get(0), list)) {
            return norms.toFloatArray();
        }
    }

    /** All numbers one after the other, as one array beside the first: one copy carries them to another device. */
    public static NDArray flat(List<NDArray> arrays) {
        try (IValue list = list(arrays)) {
            return TO_ONE.call("flat", (PtNDArray) arrays.get(0), list);
        }
    }

    /** Overwrites the arrays of another list of the same shapes by {@link #flat}. */
    public static void spread(NDArray flat, List<NDArray> targets) {
        run("spread", list(targets), IValue.from((PtNDArray) flat));
    }

    /** Adds {@link #flat} to the arrays of another list of the same shapes. */
    public static void add(NDArray flat, List<NDArray> targets) {
        run("add", list(targets), IValue.from((PtNDArray) flat));
    }

    private static void run(String method, IValue... arguments) {
        try {
            SCRIPT.run(method, arguments);
        } finally {
            Arrays.stream(arguments).forEach(IValue::close);
        }
    }

    private static IValue list(List<NDArray> arrays) {
        return IValue.listFrom(arrays.stream().map(a -> (PtNDArray) a).toArray(PtNDArray[]::new));
    }

    private static final Script TO_ONE = new Script("""
              def flat(self: __torch__.Script,
                a: List[Tensor]) -> Tensor:
                parts = annotate(List[Tensor], [])
                for i in range(torch.len(a)):
                  _0 = torch.append(parts, torch.reshape(a[i], [-1]))
                return torch.cat(parts, 0)
              def norms(self: __torch__.Script,
                a: List[Tensor]) -> Tensor:
                return torch.stack(torch._foreach_norm(a), 0)
            """);

    /** Goes through a list and the parts of a flat array beside each other. */
    private static String[] byPart(String change) {
        return new String[] {
            "at = 0",
            "for i in range(torch.len(a)):",
            "  n = torch.numel(a[i])",
            "  part = torch.reshape(torch.narrow(flat, 0, at, n), torch.size(a[i]))",
            "  _0 = " + change,
            "  at = torch.add(at, n)"
        };
    }

    private static String script() {
        return method(
                        "sgd",
                        "p: List[Tensor], g: List[Tensor], m: List[Tensor], rate: float, decay: float, momentum: float,"
                                + " nesterov: bool",
                        "torch._fused_sgd_(p, g, m, weight_decay=decay, momentum=momentum, lr=rate, dampening=0.,"
                                + " nesterov=nesterov, maximize=False, is_first_step=False)")
                + method(
                        "adamw",
                        "p: List[Tensor], g: List[Tensor], m: List[Tensor], s: List[Tensor], t: List[Tensor],"
                                + " rate: float, decay: float, beta1: float, beta2: float, epsilon: float",
                        "torch._fused_adamw_(p, g, m, s, annotate(List[Tensor], []), t, lr=rate, beta1=beta1,"
                                + " beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)")
                + method("spread", "a: List[Tensor], flat: Tensor", byPart("torch.copy_(a[i], part)"))
                + method("add", "a: List[Tensor], flat: Tensor", byPart("torch.add_(a[i], part)"))
                + method("scale", "a: List[Tensor], factor: float", "torch._foreach_mul_(a, factor)")
                + method(
                        "average",
                        "a: List[Tensor], b: List[Tensor], decay: float",
                        "torch._foreach_mul_(a, decay)",
                        "torch._foreach_add_(a, b, alpha=1. - decay)");
    }

    private static String method(String name, String arguments, String... statements) {
        StringBuilder text =
                new StringBuilder("  def " + name + "(self: __torch__.Script,\n    " + arguments + ") -> int:\n");
        for (String statement : statements) {
            text.append("    ").append(statement).append('\n');
        }
        return text.append("    return 0\n").toString();
    }
}
