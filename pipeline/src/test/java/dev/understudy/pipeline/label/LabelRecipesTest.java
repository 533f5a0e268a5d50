package dev.understudy.pipeline.label;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.pipeline.label.LabelConfiguration.FrameChoice;
import java.nio.file.Path;
import java.util.List;
import org.testng.Assert;
import org.testng.annotations.Test;

public class LabelRecipesTest {
    @Test
    public void theRecipeThatShipsLoads() {
        Path file = Path.of("..", "conf", "label-kitti.yaml");
        LabelConfiguration recipe = ConfigurationLoader.load(file, LabelConfiguration.class, List.of());
        Assert.assertEquals(recipe.frames(), FrameChoice.DEPTH_ONLY);
        Assert.assertEquals(recipe.expert().mapTo(), "kitti6");
        Assert.assertEquals(recipe.expert().views().size(), 2);
    }
}
