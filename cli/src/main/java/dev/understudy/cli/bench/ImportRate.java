package dev.understudy.cli.bench;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.imports.ImportSummary;
import dev.understudy.dataset.imports.ListImport;
import dev.understudy.dataset.imports.ListImportOptions;
import dev.understudy.dataset.imports.ListImportOptions.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** How fast {@code dataset import list} is with pictures, labels and depth: all decoded and checked, and copied. */
record ImportRate(int frames, double framesPerSecond) {
    static ImportRate measure(Manifest manifest, ScratchFolder scratch) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (FrameRecord frame : manifest.frames()) {
            lines.append(frame.rgb())
                    .append('\t')
                    .append(frame.segmentation())
                    .append('\t')
                    .append(frame.depth());
            lines.append('\n');
        }
        Path list = Files.writeString(scratch.resolve("list.tsv"), lines);
        FrameRecord first = manifest.frames().get(0);
        ListImportOptions options = ListImportOptions.of(
                        manifest.folder(), scratch.resolve("imported"), List.of(Source.ofList(null, list)))
                .classes(Objects.requireNonNull(first.classes()))
                .depthScale(Objects.requireNonNull(first.depthScale()))
                .maxPixels(Integer.MAX_VALUE)
                .build();
        long start = System.nanoTime();
        ImportSummary summary = ListImport.run(options, (done, total) -> {});
        return new ImportRate(summary.frames(), summary.frames() / ((System.nanoTime() - start) * 1e-9));
    }
}
