package dev.understudy.cli.demo;

import dev.understudy.cli.demo.DemoResults.LabelQuality;
import dev.understudy.cli.demo.DemoResults.StudentScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results as the demo prints them. */
final class DemoTable {
    private DemoTable() {}

    static List<String> lines(DemoResults results) {
        List<String> lines = new ArrayList<>();
        LabelQuality labels = results.labels();
        lines.add(String.format(
                Locale.ROOT,
                "The expert's labels of %d depth-only frames: %.1f %% of the pixels right, %.1f %% mIoU.",
                results.frames().depthOnly(),
                100 * labels.all().pixelAccuracy(),
                100 * labels.all().meanIou()));
        lines.add(String.format(
                Locale.ROOT,
                "The filter keeps %.1f %% of the pixels: %.1f %% right, %.1f %% mIoU.",
                100 * labels.keptShare(),
                100 * labels.kept().pixelAccuracy(),
                100 * labels.kept().meanIou()));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%-24s %8s %10s %12s %9s %10s %7s",
                "student trained on",
                "mIoU %",
                "accuracy %",
                "depth RMSE m",
                "abs rel",
                "d<1.25 %",
                "steps"));
        for (StudentScore student : results.students()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-24s %8.1f %10.1f %12.3f %9.3f %10.1f %7d",
                    student.name(),
                    100 * student.segmentation().meanIou(),
                    100 * student.segmentation().pixelAccuracy(),
                    student.depthRmse(),
                    student.depthAbsRel(),
                    100 * student.depthDelta1(),
                    student.steps()));
        }
        return lines;
    }
}
