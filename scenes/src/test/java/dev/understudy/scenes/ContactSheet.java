package dev.understudy.scenes;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.scenes.DatasetRenderer.RenderSummary;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * For looking and for measuring, not a test: {@code ContactSheet rooms SEED FIRST COLUMNS ROWS WIDTH HEIGHT OUT.png}
 * writes frames with their labels, depth and normals side by side; {@code ContactSheet speed rooms FRAMES WIDTH HEIGHT}
 * prints frames
 * per second; {@code ContactSheet classes rooms FRAMES} prints how common the classes
 * are; {@code ContactSheet write rooms FRAMES WIDTH HEIGHT FOLDER} renders to disk and prints frames per second.
 */
public final class ContactSheet {
    private ContactSheet() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args[0].equals("speed")) {
            speed(
                    SceneKind.valueOf(args[1].toUpperCase(Locale.ROOT)),
                    number(args, 2),
                    number(args, 3),
                    number(args, 4));
            return;
        }
        if (args[0].equals("write")) {
            RenderOptions options = RenderOptions.of(
                    SceneKind.valueOf(args[1].toUpperCase(Locale.ROOT)), number(args, 3), number(args, 4), 9);
            RenderPlan plan = RenderPlanBuilder.builder()
                    .options(options)
                    .labelled(number(args, 2))
                    .depthOnly(0)
                    .validation(0)
                    .test(0)
                    .normals(true)
                    .threads(0)
                    .build();
            RenderSummary summary = new DatasetRenderer(plan, Path.of(args[5])).render(Progress.NONE);
            System.out.printf(Locale.ROOT, "%.1f frames/s written%n", summary.frames() / summary.seconds());
            return;
        }
        if (args[0].equals("classes")) {
            classes(SceneKind.valueOf(args[1].toUpperCase(Locale.ROOT)), number(args, 2));
            return;
        }
        SceneKind scene = SceneKind.valueOf(args[0].toUpperCase(Locale.ROOT));
        RenderOptions options = new RenderOptions(
                scene, number(args, 5), number(args, 6), number(args, 1), 4, args.length > 8, 1, 0, 0, 0);
        write(new FrameRenderer(options), number(args, 2), number(args, 3), number(args, 4), new File(args[7]));
    }

    private static int number(String[] args, int i) {
        return Integer.parseInt(args[i]);
    }

    private static void write(FrameRenderer renderer, int first, int columns, int rows, File out) throws IOException {
        BufferedImage sheet = null;
        for (int i = 0; i < columns * rows; i++) {
            Frame frame = renderer.render(first + i);
            int w = frame.width();
            int h = frame.height();
            if (sheet == null) {
                sheet = new BufferedImage(columns * w * 2, rows * h * 2, BufferedImage.TYPE_INT_RGB);
            }
            int x0 = (i % columns) * 2 * w;
            int y0 = (i / columns) * 2 * h;
            for (int p = 0; p < w * h; p++) {
                byte[] c = frame.rgb().rgb();
                int x = x0 + p % w;
                int y = y0 + p / w;
                sheet.setRGB(x, y, pack(c[3 * p] & 255, c[3 * p + 1] & 255, c[3 * p + 2] & 255));
                int label = frame.segmentation().classAt(p);
                sheet.setRGB(
                        x + w,
                        y,
                        Color.HSBtoRGB(label * 0.381966f, 0.45f + 0.1f * (label % 5), 0.95f - 0.2f * (label % 3)));
                float z = frame.depth().metres()[p];
                int d = z == 0 ? 0 : (int) (255 / (1 + z / (frame.record().depthScale() > 1000 ? 2 : 15)));
                sheet.setRGB(x, y + h, pack(d, d, d));
                float[] n = frame.normals().xyz();
                sheet.setRGB(x + w, y + h, pack(shade(n[3 * p]), shade(n[3 * p + 1]), shade(n[3 * p + 2])));
            }
            Graphics2D g = sheet.createGraphics();
            g.setColor(Color.WHITE);
            g.drawRect(x0, y0, 2 * w, 2 * h);
            g.dispose();
        }
        ImageIO.write(sheet, "png", out);
    }

    private static void classes(SceneKind scene, int frames) {
        FrameRenderer renderer = new FrameRenderer(RenderOptions.of(scene, 80, 60, 5));
        long[] pixels = new long[256];
        int[] framesWith = new int[256];
        double together = 0;
        for (int i = 0; i < frames; i++) {
            int[] count = new int[256];
            for (byte label : renderer.render(i).segmentation().classes()) {
                count[label & 255]++;
            }
            for (int c = 0; c < 256; c++) {
                pixels[c] += count[c];
                framesWith[c] += count[c] >= 24 ? 1 : 0;
                together += count[c] >= 24 ? 1 : 0;
            }
        }
        for (int c = 0; c < 256; c++) {
            if (pixels[c] > 0) {
                System.out.printf(
                        Locale.ROOT,
                        "%3d  %5.2f %% of pixels, %5.1f %% of frames%n",
                        c,
                        100.0 * pixels[c] / (4800.0 * frames),
                        100.0 * framesWith[c] / frames);
            }
        }
        System.out.printf(Locale.ROOT, "%.1f classes a frame%n", together / frames);
    }

    private static int shade(float v) {
        return Math.max(0, Math.min(255, Math.round((v + 1) * 127.5f)));
    }

    private static int pack(int r, int g, int b) {
        return r << 16 | g << 8 | b;
    }

    private static void speed(SceneKind scene, int frames, int width, int height) {
        for (int round = 0; round < 3; round++) {
            FrameRenderer renderer = new FrameRenderer(RenderOptions.of(scene, width, height, 100 + round));
            AtomicLong busy = new AtomicLong();
            long start = System.nanoTime();
            IntStream.range(0, frames / 4).parallel().forEach(place -> {
                long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                for (int i = 4 * place; i < 4 * place + 4; i++) {
                    renderer.render(i);
                }
                busy.addAndGet(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
            });
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%s %dx%d: %.1f frames/s, %.2f ms of one core a frame%n",
                    scene,
                    width,
                    height,
                    frames / seconds,
                    busy.get() / 1e6 / frames);
        }
    }
}
