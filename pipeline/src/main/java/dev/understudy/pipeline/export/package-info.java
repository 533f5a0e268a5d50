/** Networks on their way out, as files that other runtimes take, with all that these should know of them. */
@NullMarked
package dev.understudy.pipeline.export;

import org.jspecify.annotations.NullMarked;
