package dev.understudy.retrain.gate;

import static dev.understudy.retrain.gate.GateTest.MIOU;
import static org.testng.Assert.assertEquals;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.retrain.gate.GateConfiguration.RequiredMetric;
import java.util.List;
import org.testng.Assert;
import org.testng.annotations.Test;

/** What a gate may be told, and what it does if it is told nothing. */
public class GateConfigurationTest {
    @Test
    public void defaultsAreThoseOfTheDocumentation() {
        GateConfiguration gate = configuration(MIOU);
        assertEquals(gate.required(), List.of(new RequiredMetric("rooms", "miou", 0)));
        assertEquals(gate.classes(), new GateConfiguration.Classes(0.05, 1000, java.util.Map.of()));
        assertEquals(gate.bootstrap(), new GateConfiguration.Bootstrap(2000, 0.95, 1, 10, 5));
        assertEquals(gate.limits(), new GateConfiguration.Limits(null, null, null));
        assertEquals(gate.goldenTolerance(), 1e-4);
        assertEquals(gate.challengersPerSet(), 40);
    }

    @Test
    public void allThatIsWrongIsToldAtOnce() {
        ConfigurationException told = Assert.expectThrows(
                ConfigurationException.class,
                () -> configuration("required: []\ngoldenTolerance: .nan\nbootstrap: {confidence: 1}\n"
                        + "limits: {slowdown: 0}\nclasses: {toleratedLoss: 2}\n"));
        assertEquals(told.problems().size(), 5, told.getMessage());
    }

    static GateConfiguration configuration(String yaml) {
        return ConfigurationLoader.parse("gate.yaml", yaml, GateConfiguration.class, List.of());
    }
}
