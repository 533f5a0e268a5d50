/**
 * What a person looks at. Frames by the thousand, with their pictures beside: {@link
 * dev.understudy.cli.report.FramePages}, of which all commands that show frames make use. A report that carries its
 * charts inside: {@link dev.understudy.cli.report.HtmlReport}.
 */
@NullMarked
package dev.understudy.cli.report;

import org.jspecify.annotations.NullMarked;
