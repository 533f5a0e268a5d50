package dev.understudy.scenes;

import dev.understudy.scenes.build.Assembly.Layout;
import dev.understudy.scenes.rooms.RoomLayout;
import dev.understudy.scenes.streets.StreetLayout;

/** The kinds of place that can be rendered. */
public enum SceneKind {
    /** Furnished rooms from inside: nyud40. */
    ROOMS(new RoomLayout()),
    /** Streets from a car: cityscapes19; the sky has no depth. */
    STREETS(new StreetLayout());

    private final Layout layout;

    SceneKind(Layout layout) {
        this.layout = layout;
    }

    /** The class space of its labels. */
    public String classes() {
        return layout.classes();
    }

    /** Units per metre in its 16-bit depth files. */
    public double depthScale() {
        return layout.depthScale();
    }

    Layout layout() {
        return layout;
    }
}
