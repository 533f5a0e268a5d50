/**
 * Recordings for ROS 2 in MCAP files: {@link dev.understudy.cli.export.mcap.McapFile} writes the container as its
 * specification has it (mcap.dev/spec), {@link dev.understudy.cli.export.mcap.RosType} knows the messages.
 */
@NullMarked
package dev.understudy.cli.export.mcap;

import org.jspecify.annotations.NullMarked;
