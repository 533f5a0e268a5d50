package dev.understudy.model.checkpoint;

import static dev.understudy.model.checkpoint.CheckpointBytes.concatenate;
import static dev.understudy.model.checkpoint.CheckpointBytes.pickle;
import static dev.understudy.model.checkpoint.CheckpointBytes.read;
import static dev.understudy.model.checkpoint.CheckpointBytes.tensor;
import static dev.understudy.model.checkpoint.CheckpointBytes.text;
import static dev.understudy.model.checkpoint.CheckpointBytes.zipAround;
import static org.testng.Assert.assertEquals;
import static org.testng.Assert.expectThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What older PyTorch and Python versions wrote, and what authors keep beside the weights. */
public class PickleDialectsTest {
    private static final String FOUR_FLOATS = tensor("K<04>", "K<00>", "(K<04>t", "(K<01>t");

    @DataProvider
    public Object[][] extras() {
        return new Object[][] {
            {
                "NumPy scalar",
                "cnumpy.core.multiarray|scalar|(cnumpy|dtype|(" + text("f8") + "K<00>K<01>tR(K<03>"
                        + text("=") + "NNNJ<ffffffff>J<ffffffff>K<00>tbc_codecs|encode|(" + text("abc")
                        + text("latin1")
                        + "tRtR"
            },
            {"arguments", "cargparse|Namespace|)<81>}(" + text("lr") + "G<3fb999999999999a>ub"},
            {"default dictionary", "ccollections|defaultdict|c__builtin__|list|<85>R(" + text("a") + "]u"},
            {"device", "ctorch|device|" + text("cpu") + "<85>R"},
            {"type", "ctorch|float32|"},
            {"set", "cbuiltins|set|](K<01>K<02>e<85>R"},
            {"large integer", "<8a09ffffffffffffffff7f>"},
            {"text integer", "L12345678901234567890L|"},
            {"old truth", "I01|"},
            {"bytes", "C<03>abc"},
            {"nested", "](](K<01>e}" + text("a") + "NsN<88><89>e"},
        };
    }

    @Test(dataProvider = "extras")
    public void whatLiesBesideTheWeightsIsLeftAlone(String what, String value) {
        String root = "}(" + text("best") + value + text("state_dict") + "}" + text("w") + FOUR_FLOATS + "su.";
        assertEquals(read(zipAround(pickle(root))).tensors().keySet(), Set.of("w"), what);
    }

    @Test
    public void pythonTwoWroteByteStringsAndDictionariesOfPairs() {
        String pairs = "](](U<01>w" + FOUR_FLOATS.replace(text("storage"), "U<07>storage") + "ee";
        Checkpoint read = read(zipAround(pickle("ccollections|OrderedDict|" + pairs + "<85>R.")));
        assertEquals(read.tensors().get("w"), Tensor.of(new long[] {4}, new float[4]));
    }

    @Test
    public void stateBesideTheItemsIsIgnored() {
        String dict = "ccollections|OrderedDict|)R" + text("w") + FOUR_FLOATS + "s}" + text("_metadata") + "}sb.";
        assertEquals(read(zipAround(pickle(dict))).tensors().size(), 1);
    }

    @Test
    public void viewsOfAStorageInTheStreamStartAtTheirOffset() {
        Tensor view = read(stream("(" + text("v") + "K<02>K<03>t", "K<01>", "(K<02>t"))
                .tensors()
                .get("w");
        assertEquals(view, Tensor.of(new long[] {2}, new float[] {3, 4}));
    }

    @Test
    public void viewsOfAStorageInTheStreamStayInIt() {
        for (String view : List.of("(" + text("v") + "K<04>K<03>t", "(" + text("v") + "K<02>K<01>t")) {
            CheckpointException e =
                    expectThrows(CheckpointException.class, () -> read(stream(view, "K<01>", "(K<02>t")));
            assertEquals(e.getMessage().startsWith("file: "), true);
        }
    }

    /** A storage 0, 1, …, 5 of which the tensor w sees a view. */
    private static byte[] stream(String view, String offset, String sizes) {
        String tensor = tensor("K<06>", offset, sizes, "(K<01>t").replace("K<06>tQ", "K<06>" + view + "tQ");
        ByteBuffer storage =
                ByteBuffer.allocate(8 + 24).order(ByteOrder.LITTLE_ENDIAN).putLong(6);
        for (int i = 0; i < 6; i++) {
            storage.putFloat(i);
        }
        return concatenate(
                pickle("<80028a0a6cfc9c46f9206aa85019>.<8002>M<e903>.<8002>}."),
                pickle("<8002>}" + text("w") + tensor + "s."),
                pickle("<8002>](" + text("0") + "e."),
                storage.array());
    }
}
