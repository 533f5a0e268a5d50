/**
 * Files that several processes share: JSON that knows its own checksum, and locks that die with their holder. Start at
 * {@link dev.understudy.files.sealed.SealedJson} and {@link dev.understudy.files.sealed.FolderLock}.
 */
@NullMarked
package dev.understudy.files.sealed;

import org.jspecify.annotations.NullMarked;
