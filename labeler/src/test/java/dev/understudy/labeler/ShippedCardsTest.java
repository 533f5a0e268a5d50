package dev.understudy.labeler;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.model.network.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The cards that users copy can be read, and say no class and no architecture that there is not. */
public class ShippedCardsTest {
    private static final Path CARDS = Path.of("..", "conf", "experts");

    @DataProvider
    public Object[][] cards() throws IOException {
        try (var files = Files.list(CARDS)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(file -> new Object[] {file})
                    .toArray(Object[][]::new);
        }
    }

    @Test(dataProvider = "cards")
    public void aShippedCardIsACard(Path file) throws IOException {
        ExpertCard card = ExpertCard.load(file);
        String text = Files.readString(file);
        assertTrue(text.contains("Not run here") || text.contains("Run here"), file + " says whether it was tried");
        if (card.network().architecture() != null) {
            Architecture.parse(card.network().architecture());
            assertTrue(text.contains("Run here"), file.toString());
        }
        if (card.classes() != null && card.mapTo() != null) {
            ClassSpace target = ClassSpace.load(card.mapTo());
            int[] table = card.classes().mapTo(target, card.map(), file.toString());
            long known = Arrays.stream(table).filter(to -> to != 255).distinct().count();
            assertTrue(known > target.size() / 2, known + " of " + target.size());
        }
    }

    @Test
    public void theCardOfTheReadmeIsACardOnceItsOneNetworkIsChosen() throws IOException {
        String readme = Files.readString(CARDS.resolve("README.md"));
        String yaml =
                readme.substring(readme.indexOf("```yaml") + 7, readme.indexOf("```", readme.indexOf("```yaml") + 7));
        ExpertCard card = ConfigurationLoader.parse("README", yaml, ExpertCard.class, List.of());
        assertEquals(card.mapTo(), "nyud40");
    }
}
