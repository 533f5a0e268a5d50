/**
 * What an ablation measured: {@link dev.understudy.pipeline.ablate.result.LabelScores} of labels and {@link
 * dev.understudy.pipeline.ablate.result.AblationResults.StudentScores} of students, and what follows from them over
 * seeds, {@link dev.understudy.pipeline.ablate.result.StudentSummary}.
 */
@NullMarked
package dev.understudy.pipeline.ablate.result;

import org.jspecify.annotations.NullMarked;
