package dev.understudy.trainer.data;

import dev.understudy.conf.Checks;

/** The size of what the network is trained on, in pixels. */
public record CropSize(int width, int height) {
    public CropSize {
        new Checks()
                .inRange("width", width, 1, 8192)
                .inRange("height", height, 1, 8192)
                .verify();
    }

    int area() {
        return width * height;
    }
}
