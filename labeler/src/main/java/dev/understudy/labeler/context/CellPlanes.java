package dev.understudy.labeler.context;

/**
 * Least-squares planes in inverse depth over windows of cells. A plane of the world is linear there, 1/z = a·x/z + b·y/z + c with
 * the normal (a, b, c); as the rays x/z depend on the column and y/z on the row alone, the two slopes of a window are
 * independent of each other.
 *
 * @param normals towards the camera, unit vectors, x right, y down, z forward; three numbers a cell
 * @param residual the deviation of the windows' inverse depths from the plane times the cell's depth
 */
record CellPlanes(float[] normals, float[] residual) {
    /** @param depth above 0 everywhere */
    static CellPlanes fit(float[] depth, double[] rayX, double[] rayY, int radius) {
        int columns = rayX.length;
        int rows = rayY.length;
        float[] inverse = new float[depth.length];
        float[] across = new float[depth.length];
        float[] down = new float[depth.length];
        for (int cell = 0; cell < depth.length; cell++) {
            inverse[cell] = 1 / depth[cell];
            across[cell] = (float) (rayX[cell % columns] * inverse[cell]);
            down[cell] = (float) (rayY[cell / columns] * inverse[cell]);
        }
        Spread x = Spread.of(rayX, radius);
        Spread y = Spread.of(rayY, radius);
        float[] mean = WindowMeans.of(inverse, columns, rows, radius);
        float[] deviation = WindowMeans.deviation(inverse, columns, rows, radius);
        float[] meanAcross = WindowMeans.of(across, columns, rows, radius);
        float[] meanDown = WindowMeans.of(down, columns, rows, radius);
        CellPlanes planes = new CellPlanes(new float[3 * depth.length], new float[depth.length]);
        for (int cell = 0; cell < depth.length; cell++) {
            int column = cell % columns;
            int row = cell / columns;
            double withX = meanAcross[cell] - x.mean[column] * mean[cell];
            double withY = meanDown[cell] - y.mean[row] * mean[cell];
            double a = x.variance[column] > 0 ? withX / x.variance[column] : 0;
            double b = y.variance[row] > 0 ? withY / y.variance[row] : 0;
            double c = mean[cell] - a * x.mean[column] - b * y.mean[row];
            double length = Math.max(Math.sqrt(a * a + b * b + c * c), 1e-12);
            planes.normals[3 * cell] = (float) (-a / length);
            planes.normals[3 * cell + 1] = (float) (-b / length);
            planes.normals[3 * cell + 2] = (float) (-c / length);
            double left = (double) deviation[cell] * deviation[cell] - a * withX - b * withY;
            planes.residual[cell] = (float) (Math.sqrt(Math.max(0, left)) * depth[cell]);
        }
        return planes;
    }

    /** Mean and variance of the rays over each window. */
    private record Spread(double[] mean, double[] variance) {
        static Spread of(double[] rays, int radius) {
            Spread spread = new Spread(new double[rays.length], new double[rays.length]);
            for (int i = 0; i < rays.length; i++) {
                int from = Math.max(0, i - radius);
                int to = Math.min(rays.length, i + radius + 1);
                double sum = 0;
                for (int j = from; j < to; j++) {
                    sum += rays[j];
                }
                double mean = sum / (to - from);
                double squares = 0;
                for (int j = from; j < to; j++) {
                    squares += (rays[j] - mean) * (rays[j] - mean);
                }
                spread.mean[i] = mean;
                spread.variance[i] = squares / (to - from);
            }
            return spread;
        }
    }
}
