package dev.understudy.dataset.imports.rgbd;

/** @param seconds when it was taken */
record TimedFile(double seconds, String path) {}
