/**
 * Sequences of posed frames with predicted labels and depth, for systems that build maps: a folder in the layout of the
 * TUM RGB-D benchmark and a recording for ROS 2. Start at {@link dev.understudy.cli.export.sequence.SequenceExport}.
 */
@NullMarked
package dev.understudy.cli.export.sequence;

import org.jspecify.annotations.NullMarked;
