package dev.understudy.dataset.classes;

/** @param colour 0xRRGGBB */
public record SemanticClass(String name, int colour) {}
