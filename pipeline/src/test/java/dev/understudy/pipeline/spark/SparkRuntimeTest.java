package dev.understudy.pipeline.spark;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.testng.Assert;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SparkRuntimeTest {
    @DataProvider
    public Object[][] masters() {
        return new Object[][] {
            {"local", "local[1,4]"},
            {"local[*]", "local[*,4]"},
            {"local[3]", "local[3,4]"},
            {"local[2,1]", "local[2,1]"},
            {"spark://host:7077", "spark://host:7077"},
        };
    }

    @Test(dataProvider = "masters")
    public void localMastersRetry(String asked, String used) {
        SparkConf conf = SparkRuntime.settings("test", new SparkConfiguration(asked, 1, Map.of()));
        Assert.assertEquals(conf.get("spark.master"), used);
    }

    @Test
    public void keepsToItselfUnlessAsked() {
        SparkConf conf = SparkRuntime.settings("test", new SparkConfiguration("local[2]", 2, Map.of()));
        Assert.assertEquals(conf.get("spark.ui.enabled"), "false");
        Assert.assertEquals(conf.get("spark.driver.bindAddress"), "127.0.0.1");
        Assert.assertEquals(conf.get("spark.task.cpus"), "2");
        SparkConf asked = SparkRuntime.settings(
                "test", new SparkConfiguration("local[2]", 1, Map.of("spark.ui.enabled", "true")));
        Assert.assertEquals(asked.get("spark.ui.enabled"), "true");
    }

    @Test
    public void settingsMustBeSparks() {
        Assert.assertThrows(
                IllegalArgumentException.class, () -> new SparkConfiguration("local", 1, Map.of("ui.enabled", "true")));
    }
}
