package dev.understudy.cli.demo;

import java.nio.file.Path;

/** Where a demo keeps what. */
record DemoFolder(Path path) {
    Path frames() {
        return path.resolve("frames");
    }

    /** Of these. */
    Path manifest() {
        return frames().resolve("manifest.jsonl");
    }

    /** What students start from. */
    Path initial() {
        return path.resolve("initial.pth");
    }

    Path expert() {
        return path.resolve("expert.pth");
    }

    Path store() {
        return path.resolve("store");
    }

    Path student(StudentKind kind) {
        return path.resolve("students").resolve(kind.key());
    }

    Path results() {
        return path.resolve("results.json");
    }

    Path report() {
        return path.resolve("report.html");
    }
}
