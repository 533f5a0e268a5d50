package dev.understudy.model.engine;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import org.testng.annotations.Test;

public class AutoPrecisionTest {
    @Test
    public void autoIsFloat32UnlessTheEnvironmentNamesAnother() {
        assertEquals(Precision.ofAuto(null), Precision.FLOAT32);
        assertEquals(Precision.ofAuto(" "), Precision.FLOAT32);
        assertEquals(Precision.ofAuto("auto"), Precision.FLOAT32);
        assertEquals(Precision.ofAuto(" bfloat16 "), Precision.BFLOAT16);
        assertNotEquals(Precision.AUTO.ofBuiltIn(), Precision.AUTO);
        assertEquals(Precision.FLOAT32.ofBuiltIn(), Precision.FLOAT32);
    }

    @Test
    public void whatTheEnvironmentNamesInVainIsTold() {
        ConfigurationException e = expectThrows(ConfigurationException.class, () -> Precision.ofAuto("half"));
        assertEquals(
                e.getMessage(),
                "UNDERSTUDY_PRECISION in the environment: precision: half, expected auto, float32, bfloat16 or float16");
    }
}
