/**
 * From what is there to what instruments report: {@link dev.understudy.scenes.sensor.ColourSensor} exposes and
 * adds noise, {@link dev.understudy.scenes.sensor.DepthSensor} measures with noise, holes or only along a laser's
 * rows. Both are functions of their input and a seed.
 */
@NullMarked
package dev.understudy.scenes.sensor;

import org.jspecify.annotations.NullMarked;
