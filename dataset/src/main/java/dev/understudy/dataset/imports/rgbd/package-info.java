/**
 * Sequences of pictures with depth, poses or both: NYUDv2 raw, TUM, 7-Scenes and pairs of folders by {@link
 * dev.understudy.dataset.imports.rgbd.RgbdImport}, of which a {@code SequenceReader} for each layout finds the frames;
 * KITTI as it is downloaded (raw drives, depth, the depth selection, semantics) by {@link
 * dev.understudy.dataset.imports.rgbd.KittiImport}; and poses that somebody else's SLAM system found, as trajectories
 * by time and matrices by order or by name, by {@link dev.understudy.dataset.imports.rgbd.PosesRun}.
 */
@NullMarked
package dev.understudy.dataset.imports.rgbd;

import org.jspecify.annotations.NullMarked;
