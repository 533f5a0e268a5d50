/** Spark jobs, the command line, and the only place where modules are wired together. */
@NullMarked
package dev.understudy.pipeline;

import org.jspecify.annotations.NullMarked;
