/**
 * An ablation as people read it: {@link dev.understudy.cli.ablate.report.AblationTable} in Markdown and LaTeX,
 * {@link dev.understudy.cli.ablate.report.AblationPage} with charts and frames.
 */
@NullMarked
package dev.understudy.cli.ablate.report;

import org.jspecify.annotations.NullMarked;
