/**
 * An ablation as people read it: {@link dev.understudy.pipeline.ablate.report.AblationTable} in Markdown and LaTeX,
 * {@link dev.understudy.pipeline.ablate.report.AblationPage} with charts and frames.
 */
@NullMarked
package dev.understudy.pipeline.ablate.report;

import org.jspecify.annotations.NullMarked;
