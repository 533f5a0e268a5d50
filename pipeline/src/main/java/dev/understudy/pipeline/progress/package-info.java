/** How a run tells what it does while it runs. Start with {@link dev.understudy.pipeline.progress.RunObserver}. */
@NullMarked
package dev.understudy.pipeline.progress;

import org.jspecify.annotations.NullMarked;
