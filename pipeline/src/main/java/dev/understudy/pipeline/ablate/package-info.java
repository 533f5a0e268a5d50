/**
 * {@code understudy ablate}: which of an expert's labels to believe, decided by experiment. Start at
 * {@link dev.understudy.pipeline.ablate.AblationRun}.
 *
 * <p>An ablation compares {@link dev.understudy.pipeline.ablate.LabelChoice}s: filter policies, and the bounds that are
 * always there. The first stage scores the labels; the second trains a student on each choice, for each way of
 * normalising the loss and each seed, and scores that. What was measured is {@link
 * dev.understudy.pipeline.ablate.AblationResults}, and what follows from it over seeds {@link
 * dev.understudy.pipeline.ablate.StudentSummary}. Both stages keep what they have done by the fingerprint of all that
 * decides it:
 *
 * <pre>
 * out/
 *   ablate.yaml                            the configuration, with every value
 *   work/labels/&lt;fingerprint&gt;/done.json    the first stage
 *   work/students/&lt;fingerprint&gt;/           done.json when it is scored, and then
 *     student/                             train.yaml, checkpoints, metrics; attempt-&lt;n&gt;/ before that
 *   results.jsonl  table.md  table.tex  report.html
 * </pre>
 */
@NullMarked
package dev.understudy.pipeline.ablate;

import org.jspecify.annotations.NullMarked;
