package dev.understudy.scenes;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.trace.Assembly.Layout;
import dev.understudy.scenes.trace.Assembly.Layout.Scene;
import dev.understudy.scenes.trace.Camera;
import dev.understudy.scenes.trace.Camera.Glance;
import dev.understudy.scenes.trace.FrameTracer;
import dev.understudy.scenes.trace.FrameTracer.TracedFrame;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Renders frames by number. Frame {@code i} is a function of the options and {@code i} alone, whoever asks, in whatever
 * order; frames {@code k·viewsPerPlace} up to the next multiple show one place. Safe for any number of threads, each
 * frame is rendered by the thread that asks for it.
 */
public final class FrameRenderer {
    private static final int REMEMBERED_PLACES = 8;
    private static final int VIEWS_TO_CHOOSE_FROM = 3;

    private final RenderOptions options;
    private final String group;
    private final Layout layout;
    private final Map<Integer, Scene> recent = Collections.synchronizedMap(new Recent());

    /** The places built last: building one again would give the same. */
    private static final class Recent extends LinkedHashMap<Integer, Scene> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Scene> eldest) {
            return size() > REMEMBERED_PLACES;
        }
    }

    public FrameRenderer(RenderOptions options) {
        this(options, "");
    }

    /** @param group frames with another group are frames of other places; stands in ids and file names unless empty */
    public FrameRenderer(RenderOptions options, String group) {
        this.options = options;
        this.group = group;
        this.layout = options.scene().layout();
    }

    /** Frame {@code index} as the instruments report it: picture, depth, labels, normals, pose and intrinsics. */
    public Frame render(int index) {
        return shoot(index).frame();
    }

    /** Frame {@code index} together with its exact depth. */
    public RenderedFrame shoot(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("frame " + index);
        }
        int place = index / options.viewsPerPlace();
        long placeSeed = SplitMix.of(options.seed(), group.hashCode(), place).next();
        long frameSeed =
                SplitMix.of(options.seed(), group.hashCode(), place, index).next();
        Scene scene = recent.computeIfAbsent(place, key -> layout.scene(placeSeed));
        Camera camera = camera(scene, index, frameSeed);
        TracedFrame traced = new FrameTracer(scene.world(), camera, frameSeed).trace();
        RgbImage rgb = options.colourSensor().expose(traced, scene.brightness(), placeSeed, frameSeed);
        DepthMap depth = options.depthSensor().measure(traced.depth(), traced.normals(), frameSeed);
        Frame frame = new Frame(record(index, camera), rgb, depth, traced.labels(), traced.normals());
        return new RenderedFrame(frame, traced.depth());
    }

    /** In a sequence the next step on the path; else of a few places near the frame's own the one that shows most. */
    private Camera camera(Scene scene, int index, long frameSeed) {
        int view = index % options.viewsPerPlace();
        if (options.sequence()) {
            return at(scene, scene.path().travelled(view * layout.stride()));
        }
        SplitMix random = SplitMix.of(frameSeed, 11);
        Camera best = at(scene, (view + random.uniform(0.15, 0.85)) / options.viewsPerPlace());
        double most = Glance.of(scene.world(), best).interest();
        for (int i = 1; i < VIEWS_TO_CHOOSE_FROM; i++) {
            Camera other = at(scene, (view + random.uniform(0.15, 0.85)) / options.viewsPerPlace());
            double interest = Glance.of(scene.world(), other).interest();
            if (interest > most) {
                best = other;
                most = interest;
            }
        }
        return best;
    }

    private Camera at(Scene scene, double t) {
        return scene.path().camera(t, options.width(), options.height());
    }

    private FrameRecord record(int index, Camera camera) {
        String number = String.format(Locale.ROOT, "%06d", index);
        String name = group.isEmpty() ? number : group + "/" + number;
        String place = String.format(Locale.ROOT, "place-%06d", index / options.viewsPerPlace());
        return FrameRecord.of(layout.name() + "/" + name, "rgb/" + name + ".png")
                .depth("depth/" + name + ".png")
                .segmentation("segmentation/" + name + ".png")
                .normals("normals/" + name + ".png")
                .classes(layout.classes())
                .depthScale(layout.depthScale())
                .scene(layout.name() + "/" + (group.isEmpty() ? place : group + "/" + place))
                .pose(camera.pose())
                .intrinsics(camera.intrinsics())
                .build();
    }

    /**
     * A rendered frame as the instruments report it, with exact labels and normals.
     *
     * @param frame the frame; its depth has the noise, holes and rows that were asked for
     * @param exactDepth depth without them; the same map when none were asked for
     */
    public record RenderedFrame(Frame frame, DepthMap exactDepth) {}
}
