package dev.understudy.cli.network;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.Understudy;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.TwoSets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * A checkpoint with weights and their average, read by the program as it is started: with its own settings of what is
 * told.
 */
public class WeightSetsIT {
    @DataProvider
    public Object[][] commands() {
        return new Object[][] {{List.of("inspect")}, {List.of("convert", "out.pth")}};
    }

    @Test(dataProvider = "commands")
    public void whoReadsOneOfTwoSetsIsToldWhich(List<String> words) throws Exception {
        try (Scratch scratch = Scratch.create()) {
            Path file = Files.write(
                    scratch.resolve("both.pth"), TwoSets.file("state_dict_ema", "average", "state_dict", "weights"));
            List<String> command = new ArrayList<>(ChildJvm.command(List.of(), Understudy.class));
            command.addAll(List.of("checkpoint", words.get(0), file.toString()));
            words.stream().skip(1).map(name -> scratch.resolve(name).toString()).forEach(command::add);
            try (ChildJvm run = ChildJvm.start(command, scratch.resolve("said"))) {
                assertEquals(run.exitCode(), 0, run.output());
                assertTrue(
                        run.output()
                                .contains(file + ": holds weights and their average; took state_dict, and left"
                                        + " state_dict_ema alone, which 'understudy checkpoint convert --set"
                                        + " state_dict_ema' writes into a file of its own"),
                        run.output());
            }
        }
    }
}
