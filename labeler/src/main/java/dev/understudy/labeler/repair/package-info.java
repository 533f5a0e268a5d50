/**
 * Labels that are better than what experts say: from few annotated frames it is learned what an expert's answers mean
 * in the target's classes. {@link dev.understudy.labeler.repair.RepairLearning} learns and chooses,
 * {@link dev.understudy.labeler.repair.RepairModel} answers, and
 * {@link dev.understudy.labeler.repair.RepairModelFile} keeps what was learned. Frames are seen in cells of 8×8 pixels
 * ({@link dev.understudy.labeler.context}), and answers go back to pixels with the experts' own edges.
 *
 * <p>Networks are small and written out here, in plain float arithmetic of a fixed order: a few seconds each on one
 * thread, the same bits however many work at once, and nothing native to hand to a cluster's executors.
 */
@NullMarked
package dev.understudy.labeler.repair;

import org.jspecify.annotations.NullMarked;
