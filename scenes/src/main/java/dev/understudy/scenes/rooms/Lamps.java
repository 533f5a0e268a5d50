package dev.understudy.scenes.rooms;

import dev.understudy.scenes.rooms.RoomPlan.Nyud40;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.Furniture;
import dev.understudy.scenes.trace.World.Light;
import dev.understudy.scenes.trace.World.Material;

/** Lamps, lit or not. Their light passes their shades. */
final class Lamps {
    private Lamps() {}

    /** A lamp on a table, standing at the origin. */
    static void table(Assembly a, SplitMix random) {
        Assembly lamp = a.as(Nyud40.LAMP).shadowless();
        double height = random.uniform(0.4, 0.62);
        double shade = random.uniform(0.13, 0.21);
        Material base = Material.glossy(random.chance(0.5) ? Finishes.joinery(random) : Finishes.metal(random));
        switch (random.below(3)) {
            case 0 -> lamp.ball(base, 0, 0, height * 0.28, 0.1, 0.1, height * 0.28);
            case 1 -> lamp.frustum(base, 0, 0, 0.09, 0.03, 0, height * 0.5);
            default -> {
                lamp.cylinder(base, 0, 0, 0.08, 0, 0.03);
                lamp.cylinder(base, 0, 0, 0.02, 0, height * 0.6);
            }
        }
        shade(lamp, random, 0, 0, height * 0.5, height, shade, 1.2);
    }

    static Furniture floor(SplitMix random) {
        double height = random.uniform(1.4, 1.8);
        double shade = random.uniform(0.18, 0.28);
        return new Furniture(2 * shade, 2 * shade, height, a -> {
            SplitMix inner = random.fork(1);
            Assembly lamp = a.as(Nyud40.LAMP).at(0, shade, 0).shadowless();
            Material pole = Material.glossy(inner.chance(0.5) ? Finishes.joinery(inner) : Finishes.metal(inner));
            lamp.cylinder(pole, 0, 0, shade * 0.75, 0, 0.03);
            lamp.cylinder(pole, 0, 0, 0.022, 0, height - 0.2);
            shade(lamp, inner, 0, 0, height - inner.uniform(0.3, 0.42), height, shade, 2.2);
        });
    }

    private static void shade(
            Assembly lamp, SplitMix random, double x, double y, double z0, double z1, double radius, double power) {
        boolean on = random.chance(0.55);
        Colour tint = Finishes.pale(random);
        Material shade = on
                ? Material.glowing(Patterns.plain(tint), random.uniform(0.9, 1.8))
                : Material.matte(Finishes.fabric(random));
        lamp.frustum(shade, x, y, radius, radius * random.uniform(0.45, 1), z0, z1);
        if (on) {
            Colour warm = Colour.hsv(0.09, 0.3, 1).times(power * random.uniform(0.5, 1));
            lamp.light(Light.lamp(lamp.world(x, y, (z0 + z1) / 2), warm, 0.06));
        }
    }

    /** What hangs from or sits under the ceiling, which is at z = 0; always lit. */
    static void ceiling(Assembly a, SplitMix random, double power) {
        Assembly lamp = a.as(Nyud40.LAMP).shadowless();
        Colour light = Colour.hsv(random.uniform(0.06, 0.14), random.uniform(0, 0.3), 1);
        Material glow = Material.glowing(Patterns.plain(light), 2.2);
        double drop;
        switch (random.below(3)) {
            case 0 -> {
                drop = 0.12;
                lamp.cylinder(glow, 0, 0, random.uniform(0.15, 0.26), -0.09, 0);
            }
            case 1 -> {
                drop = random.uniform(0.35, 0.6);
                Material cable = Material.matte(Patterns.plain(Colour.grey(0.2)));
                lamp.cylinder(cable, 0, 0, 0.008, -drop, 0);
                double r = random.uniform(0.12, 0.2);
                lamp.ball(glow, 0, 0, -drop, r, r, r * 0.8);
            }
            default -> {
                drop = 0.1;
                lamp.box(glow, -0.6, 0.6, -0.12, 0.12, -0.07, 0);
            }
        }
        lamp.light(Light.lamp(lamp.world(0, 0, -drop), light.times(power), 0.15));
    }
}
