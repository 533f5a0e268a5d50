package dev.understudy.pipeline.filter;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.ListImport;
import dev.understudy.dataset.imports.ListImportOptions;
import dev.understudy.dataset.imports.ListImportOptions.Source;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.filter.FilteredExport.FrameList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FrameListTest {
    private static final FrameRecord FRAME = FrameRecord.of("room/1", "rgb/1 a.png")
            .segmentation("truth/room/1.png")
            .classes("kitti6")
            .build();

    private Path folder;
    private Path data;

    @BeforeMethod
    public void writeFrame() throws IOException {
        folder = Scratch.folder("filtered").toRealPath();
        data = folder.resolve("data");
        RgbFiles.writePng(data.resolve(FRAME.rgb()), new RgbImage(2, 1, new byte[6]));
        LabelFiles.write(data.resolve("truth/room/1.png"), new LabelMap(2, 1, new byte[2]));
    }

    /** Where results go, as seen from the folder above the data. */
    @DataProvider
    public Object[][] places() {
        return new Object[][] {{"labels"}, {"deep/er"}, {"data"}, {"data/results"}, {"."}};
    }

    @Test(dataProvider = "places")
    public void ourImporterReadsIt(String place) throws IOException {
        Path out = folder.resolve(place);
        FrameList list = new FrameList(data, out);
        list.requireFree(FRAME);
        LabelFiles.write(out.resolve(FrameList.labels(FRAME)), new LabelMap(2, 1, new byte[] {3, -1}));
        Path file = Files.writeString(out.resolve("list.tsv"), list.line(FRAME));
        Path imported = Scratch.folder("imported");
        ImportSummary summary = ListImport.run(
                ListImportOptions.of(list.root(), imported, List.of(Source.ofList("train", file)))
                        .classes("kitti6")
                        .build(),
                Progress.NONE);
        assertEquals(summary.withSegmentation(), 1, summary.skipped().toString());
        FrameRecord record = Manifest.read(imported).frames().get(0);
        assertEquals(LabelFiles.read(imported.resolve(record.segmentation())).classAt(0), 3);
    }

    @Test
    public void resultsNeverFallOnTheFramesOwnFiles() throws IOException {
        FrameRecord labelled = FRAME.withSegmentation("labels/room/1.png");
        LabelFiles.write(data.resolve("labels/room/1.png"), new LabelMap(2, 1, new byte[2]));
        Path link = Files.createSymbolicLink(folder.resolve("link"), data);
        for (Path out : List.of(data, link)) {
            ConfigurationException e =
                    expectThrows(ConfigurationException.class, () -> new FrameList(data, out).requireFree(labelled));
            assertTrue(e.getMessage().contains("among the frames' own files"), e.getMessage());
        }
    }
}
