/**
 * What a person looks at: pictures of maps, and HTML pages that carry their pictures inside. Start at
 * {@link dev.understudy.cli.report.HtmlReport}.
 */
@NullMarked
package dev.understudy.cli.report;

import org.jspecify.annotations.NullMarked;
