/** TorchScript files, run by libtorch. They are programs, so only those run whose card says that they are trusted. */
@NullMarked
package dev.understudy.model.torchscript;

import org.jspecify.annotations.NullMarked;
