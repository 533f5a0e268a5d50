package dev.understudy.cli.run;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.PairedBootstrap.Interval;
import dev.understudy.pipeline.ablate.AblationResults;
import dev.understudy.pipeline.ablate.AblationResults.StudentFrames;
import dev.understudy.pipeline.ablate.AblationResults.StudentResult;
import dev.understudy.pipeline.ablate.AblationResults.StudentScores;
import dev.understudy.pipeline.ablate.LabelScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.testng.annotations.Test;

public class AblationTableTest {
    private static AblationResults results() {
        return results(List.of());
    }

    /** @param neverSaid classes that the expert cannot say */
    private static AblationResults results(List<String> neverSaid) {
        LabelScores none = new LabelScores(
                "none", false, false, 1, 0.5, 0.25, 0.5, 0.2345, 0.4, 0.017, Map.of(), 4, neverSaid, 0.8, 0.4,
                List.of(), List.of(), null);
        LabelScores unknown = new LabelScores(
                "a_b|c",
                true,
                false,
                0.5,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Map.of(),
                4,
                neverSaid,
                Double.NaN,
                Double.NaN,
                List.of(),
                List.of(),
                null);
        return AblationResults.of(
                List.of(none, unknown),
                List.of(
                        student("none", "any", 1, 0.20),
                        student("none", "any", 2, 0.22),
                        student("a_b|c", "kept = weighted", 1, 0.25),
                        student("a_b|c", "kept = weighted", 2, 0.25)),
                "none",
                "oracle filter");
    }

    private static AblationResults.Trained student(String labels, String rule, long seed, double meanIou) {
        StudentScores scores =
                new StudentScores(new TreeMap<>(Map.of("miou", meanIou, "pixel-accuracy", 0.5)), Map.of(), 9);
        List<FrameSums> frames = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            double found = Math.rint(1000 * meanIou);
            frames.add(new FrameSums(
                    "f" + i, "scene" + i / 2, new TreeMap<>(Map.of("segmentation", new double[] {found, found, 1000, 0
                    }))));
        }
        return new AblationResults.Trained(
                new StudentResult(labels, rule, seed, "f", scores), new StudentFrames(frames));
    }

    @Test
    public void markdown() {
        assertEquals(AblationTable.markdown(results()), """
                | labels | kept % | right % | mIoU % | all right % |   AURC | wrong at 80 % kept | ECE % |
                |--------|-------:|--------:|-------:|------------:|-------:|-------------------:|------:|
                | none   |  100.0 |    50.0 |   25.0 |        50.0 | 0.2345 |               40.0 |   1.7 |
                | a_b\\|c |   50.0 |       – |      – |           – |      – |                  – |     – |

                | student's labels |          loss ÷ | seeds |       mIoU % |     gain over scenes | p against none | gap closed % |   accuracy % | depth RMSE m |
                |------------------|----------------:|------:|-------------:|---------------------:|---------------:|-------------:|-------------:|-------------:|
                | none             |             any |     2 | 21.00 ± 1.41 |                    – |              – |            – | 50.00 ± 0.00 |            – |
                | a_b\\|c           | kept = weighted |     2 | 25.00 ± 0.00 | +4.00 [+4.00, +4.00] |          0.156 |            – | 50.00 ± 0.00 |            – |

                Gain of the mIoU over “none”, all seeds together, with its 95 % interval over 2 scenes; p of Student's paired test over n = 2 seeds, after Holm for 1 comparison.
                """);
    }

    @Test
    public void latexEscapesWhatItMust() {
        assertEquals(AblationTable.latex(results()), """
                % \\usepackage{booktabs}
                \\begin{tabular}{lrrrrrrr}
                \\toprule
                labels & kept \\% & right \\% & mIoU \\% & all right \\% & AURC & wrong at 80 \\% kept & ECE \\% \\\\
                \\midrule
                none & 100.0 & 50.0 & 25.0 & 50.0 & 0.2345 & 40.0 & 1.7 \\\\
                a\\_b|c & 50.0 & -- & -- & -- & -- & -- & -- \\\\
                \\bottomrule
                \\end{tabular}

                \\begin{tabular}{lrrrrrrrr}
                \\toprule
                student's labels & loss $\\div$ & seeds & mIoU \\% & gain over scenes & p against none & gap closed \\% & accuracy \\% & depth RMSE m \\\\
                \\midrule
                none & any & 2 & 21.00 $\\pm$ 1.41 & -- & -- & -- & 50.00 $\\pm$ 0.00 & -- \\\\
                a\\_b|c & kept = weighted & 2 & 25.00 $\\pm$ 0.00 & +4.00 [+4.00, +4.00] & 0.156 & -- & 50.00 $\\pm$ 0.00 & -- \\\\
                \\bottomrule
                \\end{tabular}
                % Gain of the mIoU over “none”, all seeds together, with its 95 % interval over 2 scenes; p of Student's paired test over n = 2 seeds, after Holm for 1 comparison.
                """);
    }

    @Test
    public void whatLabelsGainIsToldWithItsIntervalOverScenes() {
        AblationResults plain = results();
        LabelScores better = plain.labels().get(1).withGain(new Interval(0.01, 0.02, 0.03, 0.001, 9, 2));
        LabelScores other = plain.labels().get(1).withLabels("other").withGain(new Interval(-0.01, 0, 0.01, 0.5, 9, 2));
        String table = AblationTable.markdown(new AblationResults(
                List.of(plain.labels().get(0), better, other), plain.students(), plain.summaries()));
        assertTrue(
                table.contains(
                        "\nGain of the kept labels' mIoU over “none” with its 95 % interval over 7 scenes and 2 frames"
                                + " taken as independent, p after Holm for 2 comparisons: a_b|c +2.00 [+1.00, +3.00], p 0.004;"
                                + " other +0.00 [-1.00, +1.00], p 1.000.\n"),
                table);
    }

    @Test
    public void whatIsAllButCertainIsNotToldAsCertain() {
        AblationResults plain = results();
        LabelScores sure = plain.labels().get(1).withGain(new Interval(0.01, 0.02, 0.03, 0, 9, 2));
        AblationResults results =
                new AblationResults(List.of(plain.labels().get(0), sure), plain.students(), plain.summaries());
        assertTrue(AblationTable.markdown(results).contains("a_b|c +2.00 [+1.00, +3.00], p < 0.001.\n"));
    }

    @Test
    public void whatTheExpertNeverSaysIsToldWithTheScoresWithoutIt() {
        String note = "The expert never says 2 of 4 classes: bed, sofa. Over the 2 that it knows, right % and mIoU %:"
                + " none 80.0 and 40.0; a_b|c – and –.";
        assertTrue(AblationTable.markdown(results(List.of("bed", "sofa"))).contains("\n" + note + "\n"));
        assertTrue(AblationTable.latex(results(List.of("bed", "sofa"))).contains("% The expert never says 2 of 4"));
    }
}
