/** Java processes of the tests' own: to be killed, debugged, or put together to a cluster. */
@NullMarked
package dev.understudy.pipeline.process;

import org.jspecify.annotations.NullMarked;
