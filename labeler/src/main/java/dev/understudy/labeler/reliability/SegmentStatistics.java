package dev.understudy.labeler.reliability;

import dev.understudy.labeler.surface.Regions;

/** Statistics of numbers a cell, over segments of equal labels. @param regions the segments of a frame's cells */
record SegmentStatistics(Regions regions) {
    /** By cell the mean over its segment. Neighbours mostly lie in the same one: its sum is not looked up again. */
    float[] mean(float[] plane) {
        int[] region = regions.region();
        double[] sums = new double[regions.count()];
        for (int cell = 0; cell < region.length; ) {
            int here = region[cell];
            double sum = sums[here];
            do {
                sum += plane[cell++];
            } while (cell < region.length && region[cell] == here);
            sums[here] = sum;
        }
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sums[i] / regions.size()[i]);
        }
        return spread(mean);
    }

    /** By cell what is known by segment. */
    float[] spread(float[] known) {
        int[] region = regions.region();
        float[] plane = new float[region.length];
        for (int cell = 0; cell < region.length; cell++) {
            plane[cell] = known[region[cell]];
        }
        return plane;
    }

    /** By cell the standard deviation over its segment. */
    float[] deviation(float[] plane) {
        float[] squares = new float[plane.length];
        for (int cell = 0; cell < plane.length; cell++) {
            squares[cell] = plane[cell] * plane[cell];
        }
        float[] means = mean(plane);
        float[] deviation = mean(squares);
        for (int cell = 0; cell < plane.length; cell++) {
            deviation[cell] = (float) Math.sqrt(Math.max(0, deviation[cell] - (double) means[cell] * means[cell]));
        }
        return deviation;
    }
}
