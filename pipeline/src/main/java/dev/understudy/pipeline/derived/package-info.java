/**
 * What the jobs that make stores of other stores have in common (fuse, repair): the parents that go together, and
 * what a derived store says of itself. Start at {@link dev.understudy.pipeline.derived.ParentStores}.
 */
@NullMarked
package dev.understudy.pipeline.derived;

import org.jspecify.annotations.NullMarked;
