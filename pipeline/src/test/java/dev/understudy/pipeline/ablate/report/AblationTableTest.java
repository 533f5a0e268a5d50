package dev.understudy.pipeline.ablate.report;

import static org.testng.Assert.assertEquals;

import dev.understudy.pipeline.ablate.result.AblationResults;
import dev.understudy.pipeline.ablate.result.LabelScores;
import dev.understudy.pipeline.ablate.result.StudentResult;
import dev.understudy.pipeline.ablate.result.StudentScores;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

public class AblationTableTest {
    private static AblationResults results() {
        LabelScores none = new LabelScores(
                "none", false, false, 1, 0.5, 0.25, 0.5, 0.2345, 0.4, 0.017, Map.of(), List.of(), List.of());
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
                List.of(),
                List.of());
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

    private static StudentResult student(String labels, String rule, long seed, double meanIou) {
        return new StudentResult(labels, rule, seed, "f", new StudentScores(meanIou, 0.5, Map.of(), null, null, 9));
    }

    @Test
    public void markdown() {
        assertEquals(AblationTable.markdown(results()), """
                | labels | kept % | right % | mIoU % | all right % |   AURC | wrong at 80 % kept | ECE % |
                |--------|-------:|--------:|-------:|------------:|-------:|-------------------:|------:|
                | none   |  100.0 |    50.0 |   25.0 |        50.0 | 0.2345 |               40.0 |   1.7 |
                | a_b\\|c |   50.0 |       – |      – |           – |      – |                  – |     – |

                | student's labels |          loss ÷ | seeds |       mIoU % | p against none | gap closed % |   accuracy % | depth RMSE m |
                |------------------|----------------:|------:|-------------:|---------------:|-------------:|-------------:|-------------:|
                | none             |             any |     2 | 21.00 ± 1.41 |              – |            – | 50.00 ± 0.00 |            – |
                | a_b\\|c           | kept = weighted |     2 | 25.00 ± 0.00 |          0.156 |            – | 50.00 ± 0.00 |            – |
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

                \\begin{tabular}{lrrrrrrr}
                \\toprule
                student's labels & loss $\\div$ & seeds & mIoU \\% & p against none & gap closed \\% & accuracy \\% & depth RMSE m \\\\
                \\midrule
                none & any & 2 & 21.00 $\\pm$ 1.41 & -- & -- & 50.00 $\\pm$ 0.00 & -- \\\\
                a\\_b|c & kept = weighted & 2 & 25.00 $\\pm$ 0.00 & 0.156 & -- & 50.00 $\\pm$ 0.00 & -- \\\\
                \\bottomrule
                \\end{tabular}
                """);
    }
}
