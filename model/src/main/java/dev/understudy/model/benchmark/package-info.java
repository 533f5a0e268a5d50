/**
 * How fast a network labels frames on this machine, against the machine's own matrix rate and against the network in
 * its plain form. Start at {@link dev.understudy.model.benchmark.NetworkBenchmark}.
 */
@NullMarked
package dev.understudy.model.benchmark;

import org.jspecify.annotations.NullMarked;
