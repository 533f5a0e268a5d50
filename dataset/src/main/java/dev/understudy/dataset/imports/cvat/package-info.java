/**
 * Labels that people have corrected, back from CVAT. Start at {@link dev.understudy.dataset.imports.cvat.CvatArchive}.
 */
@NullMarked
package dev.understudy.dataset.imports.cvat;

import org.jspecify.annotations.NullMarked;
