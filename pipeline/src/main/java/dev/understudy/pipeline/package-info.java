/**
 * The runs that wire modules together, each in a package of its own, and what they share: how a run tells what it does,
 * {@link dev.understudy.pipeline.RunObserver}; work that is done once for the same inputs, whoever asks for it, {@link
 * dev.understudy.pipeline.StepFolder}; and the parents of stores that are made of other stores, {@link
 * dev.understudy.pipeline.ParentStores}.
 */
@NullMarked
package dev.understudy.pipeline;

import org.jspecify.annotations.NullMarked;
