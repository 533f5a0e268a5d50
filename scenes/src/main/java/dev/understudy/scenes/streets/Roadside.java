package dev.understudy.scenes.streets;

import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.streets.StreetLayout.Cityscapes19;
import dev.understudy.scenes.texture.Colour;
import dev.understudy.scenes.texture.Finishes;
import dev.understudy.scenes.texture.Patterns;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.World.Material;

/** What stands beside roads: lamp posts, signs, traffic lights, trees, hedges, fences and walls. */
final class Roadside {
    private Roadside() {}

    private static Material post(SplitMix random) {
        return random.chance(0.25) ? Material.matte(Finishes.wood(random, 2)) : Material.satin(Finishes.metal(random));
    }

    /** A lamp post at the origin whose arm reaches towards +y. */
    static void lampPost(Assembly street, SplitMix random) {
        Assembly a = street.as(Cityscapes19.POLE);
        Material m = post(random);
        double height = random.uniform(4.5, 8.5);
        a.frustum(m, 0, 0, random.uniform(0.08, 0.14), 0.05, 0, height);
        double reach = random.uniform(0.6, 2.2);
        a.rod(m, new Vec(0, 0, height - 0.1), new Vec(0, reach, height + 0.15), 0.04);
        a.ball(Material.satin(Patterns.plain(Colour.grey(0.7))), 0, reach, height + 0.12, 0.12, 0.32, 0.07);
    }

    /** A sign on its post that is read by who comes from −x. */
    static void sign(Assembly street, SplitMix random) {
        double height = random.uniform(2.1, 2.8);
        street.as(Cityscapes19.POLE).cylinder(post(random), 0, 0, 0.045, 0, height + 0.3);
        Assembly a = street.as(Cityscapes19.TRAFFIC_SIGN)
                .at(Affine.shift(-0.06, 0, height).of(Affine.yaw(random.uniform(-0.25, 0.25))));
        Material rim = face(
                random.pick(Colour.srgb(0xC01818), Colour.srgb(0x1848A0), Colour.srgb(0xE8C020), Colour.grey(0.85)));
        Material field = face(
                random.pick(Colour.grey(0.92), Colour.srgb(0x1848A0), Colour.srgb(0xC01818), Colour.srgb(0x186030)));
        Material mark = face(random.pick(Colour.grey(0.08), Colour.grey(0.95)));
        double r = random.uniform(0.3, 0.45);
        switch (random.below(3)) {
            case 0 -> {
                a.rod(rim, new Vec(-0.02, 0, 0), new Vec(0.02, 0, 0), r);
                a.rod(field, new Vec(-0.025, 0, 0), new Vec(0, 0, 0), r * 0.76);
            }
            case 1 -> {
                Assembly diamond = a.at(new Affine(1, 0, 0, 0, 0.707, -0.707, 0, 0.707, 0.707, 0, 0, 0));
                diamond.box(rim, -0.02, 0.02, -r, r, -r, r);
                diamond.box(field, -0.025, 0, -r * 0.82, r * 0.82, -r * 0.82, r * 0.82);
            }
            default -> {
                double w = r * random.uniform(0.9, 2.2);
                a.box(rim, -0.02, 0.02, -w, w, -r, r);
                a.box(field, -0.025, 0, -w * 0.9, w * 0.9, -r * 0.88, r * 0.88);
            }
        }
        a.box(mark, -0.03, 0, -r * 0.4, r * 0.4, -r * 0.12, r * 0.12);
    }

    private static Material face(Colour colour) {
        return new Material(Patterns.plain(colour), 0.2, 0, 0.1);
    }

    /** A traffic light for who comes from −x; over the road if {@code arm} is positive, which reaches to +y. */
    static void trafficLight(Assembly street, SplitMix random, double arm) {
        Assembly pole = street.as(Cityscapes19.POLE);
        Material m = post(random);
        double height = arm > 0 ? 5.6 : random.uniform(2.6, 3.2);
        pole.cylinder(m, 0, 0, 0.07, 0, height);
        int lit = random.below(3);
        head(street.at(0.0, 0, Math.min(height - 0.3, 2.8)), random, lit);
        if (arm > 0) {
            pole.rod(m, new Vec(0, 0, height - 0.1), new Vec(0, arm, height), 0.05);
            head(street.at(0, arm, height - 0.3), random, lit);
        }
    }

    private static void head(Assembly street, SplitMix random, int lit) {
        Assembly a = street.as(Cityscapes19.TRAFFIC_LIGHT);
        double k = random.uniform(1.0, 1.4);
        Colour skin =
                random.chance(0.7) ? Colour.grey(0.12) : Colour.srgb(0xC8A020).times(0.7);
        a.box(Material.satin(Patterns.plain(skin)), -0.28, -0.06, -0.18 * k, 0.18 * k, -0.5 * k, 0.5 * k);
        Colour[] colours = {Colour.srgb(0x20E060), Colour.srgb(0xFFB020), Colour.srgb(0xFF2018)};
        for (int i = 0; i < 3; i++) {
            double z = (i - 1) * 0.31 * k;
            Material lens =
                    new Material(Patterns.plain(colours[i].times(i == lit ? 1 : 0.12)), 0.4, 0, i == lit ? 1.5 : 0);
            a.rod(lens, new Vec(-0.3, 0, z), new Vec(-0.25, 0, z), 0.12 * k);
        }
    }

    private static Material leaves(SplitMix random) {
        Colour a = Colour.hsv(random.uniform(0.16, 0.36), random.uniform(0.3, 0.75), random.uniform(0.25, 0.6));
        if (random.chance(0.12)) {
            a = Colour.hsv(random.uniform(0.02, 0.13), random.uniform(0.5, 0.8), random.uniform(0.4, 0.75));
        }
        return Material.matte(
                Patterns.clouds(a.times(0.45), a.times(1.15), random.uniform(0.15, 0.4), 3, random.seed()));
    }

    /** A tree; a slim one leaves the road beside it free. */
    static void tree(Assembly street, SplitMix random, boolean slim) {
        Assembly a = street.as(Cityscapes19.VEGETATION);
        double k = random.uniform(0.6, 1.4);
        double trunk = random.uniform(1.6, 3.2) * k;
        a.frustum(Material.matte(Finishes.wood(random, 2)), 0, 0, 0.17 * k, 0.1 * k, 0, trunk + 1.2 * k);
        Material leaves = leaves(random);
        double density = random.uniform(0.5, 0.62);
        if (!slim && random.chance(0.2)) {
            for (int i = 0; i < 4; i++) {
                double r = (1.6 - 0.38 * i) * k;
                a.frustum(leaves, 0, 0, r, r * 0.25, 0.8 * k + 1.2 * k * i, 0.8 * k + 1.2 * k * (i + 1.4));
            }
            return;
        }
        a.ball(leaves, 0, 0, trunk + 1.4 * k, 1.0 * k, 1.0 * k, 1.1 * k);
        int clumps = random.between(4, 7);
        for (int i = 0; i < clumps; i++) {
            double r = random.uniform(0.8, 1.4) * k;
            a.foliage(
                    leaves,
                    density,
                    random.uniform(-1, 1) * k,
                    random.uniform(-1, 1) * k,
                    trunk + random.uniform(0.6, 2.6) * k,
                    r,
                    r,
                    r * random.uniform(0.7, 1));
        }
    }

    static void bush(Assembly street, SplitMix random) {
        Assembly a = street.as(Cityscapes19.VEGETATION);
        Material leaves = leaves(random);
        double r = random.uniform(0.4, 1.1);
        a.ball(leaves, 0, 0, r * 0.6, r * 0.85, r * 0.85, r * 0.75);
        a.foliage(leaves, 0.55, 0, 0, r * 0.7, r, r, r * 0.9);
        a.foliage(leaves, 0.55, r * 0.5, 0.2, r * 0.5, r * 0.8, r * 0.8, r * 0.7);
    }

    /** A clipped hedge from −half to half along x. */
    static void hedge(Assembly street, SplitMix random, double half, double height) {
        Assembly a = street.as(Cityscapes19.VEGETATION);
        Material leaves = leaves(random);
        a.box(leaves, -half, half, -0.35, 0.35, 0, height);
        for (double x = -half + 0.5; x < half; x += 1.0) {
            a.foliage(leaves, 0.55, x, random.uniform(-0.1, 0.1), height * 0.75, 0.75, 0.45, height * 0.38);
        }
    }

    /** A fence from −half to half along x: boards, pickets, or rails. */
    static void fence(Assembly street, SplitMix random, double half) {
        Assembly a = street.as(Cityscapes19.FENCE);
        Material m = random.chance(0.5)
                ? Material.matte(Finishes.wood(random, 2))
                : Material.satin(Finishes.paint(random, Finishes.anyColour(random)));
        double height = random.uniform(0.9, 1.9);
        int style = random.below(3);
        for (double x = -half; x <= half; x += 2) {
            a.box(m, x - 0.06, x + 0.06, -0.06, 0.06, 0, height + 0.06);
        }
        a.box(m, -half, half, -0.03, 0.03, height * 0.82, height * 0.82 + 0.08);
        a.box(m, -half, half, -0.03, 0.03, height * 0.2, height * 0.2 + 0.08);
        if (style == 0) {
            a.box(m, -half, half, -0.045, -0.03, 0.08, height);
        } else if (style == 1) {
            for (double x = -half; x < half; x += 0.28) {
                a.box(m, x, x + 0.12, -0.05, -0.03, 0.06, height);
            }
        } else {
            for (double z = height * 0.4; z < height * 0.75; z += height * 0.16) {
                a.box(m, -half, half, -0.02, 0.02, z, z + 0.05);
            }
        }
    }

    static void wall(Assembly street, SplitMix random, double half) {
        Assembly a = street.as(Cityscapes19.WALL);
        Material m = Material.matte(
                random.chance(0.5) ? Finishes.brick(random) : Finishes.paint(random, Finishes.pale(random)));
        double height = random.uniform(0.8, 2.6);
        a.box(m, -half, half, -0.15, 0.15, 0, height);
        a.box(Material.matte(Finishes.stone(random)), -half, half, -0.2, 0.2, height, height + 0.08);
    }
}
