package dev.understudy.pipeline.train;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import java.nio.file.Path;
import java.util.List;
import org.testng.Assert;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Every training recipe that ships loads, and what is written of it loads back equal. */
public class RecipesTest {
    @DataProvider
    public Object[][] recipes() {
        return new Object[][] {
            {"nyud.yaml"},
            {"nyudv2.yaml"},
            {"kitti.yaml"},
            {"kitti-depth.yaml"},
            {"nyud-three-tasks.yaml"},
            {"nyud-kitti.yaml"},
            {"camvid.yaml"},
            {"robot.yaml"},
            {"rooms-few.yaml"},
            {"rooms-steady.yaml"},
            {"rooms-geometry.yaml"},
            {"rooms-streets.yaml"},
            {"camvid-expert.yaml"},
            {"rooms-expert.yaml"}
        };
    }

    @Test(dataProvider = "recipes")
    public void loadsAndIsWrittenBack(String name) {
        Path file = Path.of("..", "conf", name);
        TrainConfiguration recipe = ConfigurationLoader.load(file, TrainConfiguration.class, List.of());
        String written = ConfigurationWriter.toYaml(recipe);
        TrainConfiguration again = ConfigurationLoader.parse(name, written, TrainConfiguration.class, List.of());
        Assert.assertEquals(again, recipe);
    }
}
