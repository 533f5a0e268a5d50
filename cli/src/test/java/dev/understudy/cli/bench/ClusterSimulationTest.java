package dev.understudy.cli.bench;

import dev.understudy.cli.bench.BenchClusterCommand.ClusterForecast;
import dev.understudy.cli.bench.BenchClusterCommand.ClusterSimulation;
import org.testng.Assert;
import org.testng.annotations.Test;

public class ClusterSimulationTest {
    private static final double HOUR = 3600;

    /** 1000 shards of 32 seconds on 10 executors; what is not given is without cost or luck. */
    private static ClusterLoad load(
            double spread, double launch, double commit, double stragglers, double failures, boolean speculation) {
        return new ClusterLoad(
                32_000, 32, 10, 1, 1, spread, 0, 0, launch, commit, stragglers, 10, failures, speculation, 7);
    }

    @Test
    public void withoutLuckOrDriverItIsTheWorkDividedByTheSlots() {
        ClusterForecast forecast = ClusterSimulation.run(load(0, 0, 0, 0, 0, false));
        Assert.assertEquals(forecast.hours(), 32_000 / 10 / HOUR, 1e-9);
        Assert.assertEquals(forecast.utilisation(), 1, 1e-9);
        Assert.assertEquals(forecast.bound(), "the expert's time: more executors help");
    }

    @Test
    public void oneDriverIsALimitThatExecutorsDoNotLift() {
        ClusterForecast launching = ClusterSimulation.run(load(0, 10, 0, 0, 0, false));
        Assert.assertEquals(launching.hours(), (1000 * 10 + 32) / HOUR, 1e-9);
        Assert.assertTrue(launching.bound().startsWith("launching"), launching.bound());
        ClusterForecast publishing = ClusterSimulation.run(load(0, 0, 10, 0, 0, false));
        Assert.assertEquals(publishing.hours(), (1000 * 10 + 32) / HOUR, 1e-9);
        Assert.assertTrue(publishing.bound().startsWith("publishing"), publishing.bound());
    }

    @Test
    public void speculationShortensTheTailThatStragglersMake() {
        ClusterForecast without = ClusterSimulation.run(load(0.1, 0, 0, 0.02, 0, false));
        ClusterForecast with = ClusterSimulation.run(load(0.1, 0, 0, 0.02, 0, true));
        Assert.assertEquals(without.twins(), 0);
        Assert.assertTrue(with.twins() > 0);
        Assert.assertTrue(with.tailHours() < without.tailHours(), with.tailHours() + " and " + without.tailHours());
    }

    @Test
    public void whatDiesIsDoneAgainAndTheSameSeedHasTheSameLuck() {
        ClusterForecast forecast = ClusterSimulation.run(load(0.1, 0, 0, 0.02, 5, true));
        Assert.assertTrue(forecast.lostTasks() > 0);
        Assert.assertTrue(forecast.hours()
                > ClusterSimulation.run(load(0.1, 0, 0, 0.02, 0, true)).hours());
        Assert.assertEquals(ClusterSimulation.run(load(0.1, 0, 0, 0.02, 5, true)), forecast);
    }
}
