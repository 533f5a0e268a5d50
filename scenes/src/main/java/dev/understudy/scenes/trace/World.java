package dev.understudy.scenes.trace;

import dev.understudy.scenes.space.Vec;
import java.util.List;

/**
 * Everything there is to see, ready to be traced. Immutable, for any number of threads.
 */
public final class World {
    private final List<Solid> solids;
    private final List<Light> lights;
    private final Ambient ambient;
    private final Backdrop backdrop;
    private final Bvh bvh;
    private final Vec[] halves;

    public World(List<Solid> solids, List<Light> lights, Ambient ambient, Backdrop backdrop) {
        this.solids = List.copyOf(solids);
        this.lights = List.copyOf(lights);
        this.ambient = ambient;
        this.backdrop = backdrop;
        this.bvh = new Bvh(this.solids);
        this.halves = this.solids.stream().map(s -> s.place().stretch()).toArray(Vec[]::new);
    }

    public List<Solid> solids() {
        return solids;
    }

    public List<Light> lights() {
        return lights;
    }

    public Ambient ambient() {
        return ambient;
    }

    public Backdrop backdrop() {
        return backdrop;
    }

    /** Half the extent of a solid along its own axes. */
    Vec half(int solid) {
        return halves[solid];
    }

    Bvh bvh() {
        return bvh;
    }
}
