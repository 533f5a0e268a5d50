/**
 * What a person looks at: pictures of maps, and HTML pages that carry their pictures inside. Start at
 * {@link dev.understudy.pipeline.report.HtmlReport}.
 */
@NullMarked
package dev.understudy.pipeline.report;

import org.jspecify.annotations.NullMarked;
