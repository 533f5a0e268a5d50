package dev.understudy.cli.console;

import dev.understudy.pipeline.progress.Progress;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that redraws its line, for terminals. */
final class BarProgress implements Progress {
    private static final int WIDTH = 100;

    private final ProgressBar bar;

    BarProgress(Console console, String task, long total) {
        bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total > 0 ? total : -1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .setMaxRenderedLength(WIDTH)
                .setConsumer(inPlace(console))
                .showSpeed()
                .build();
    }

    private static ProgressBarConsumer inPlace(Console console) {
        return new DelegatingProgressBarConsumer(
                line -> {
                    console.err().print('\r' + line);
                    console.err().flush();
                },
                WIDTH) {
            @Override
            public void close() {
                console.err().println();
                console.err().flush();
            }
        };
    }

    @Override
    public void step(long steps) {
        bar.stepBy(steps);
    }

    @Override
    public void note(String words) {
        bar.setExtraMessage(words);
    }

    @Override
    public void close() {
        bar.close();
    }
}
