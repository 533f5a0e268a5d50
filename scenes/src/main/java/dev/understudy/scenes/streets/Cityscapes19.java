package dev.understudy.scenes.streets;

/** The indices of the cityscapes19 classes that occur in rendered streets. */
final class Cityscapes19 {
    static final int ROAD = 0;
    static final int SIDEWALK = 1;
    static final int BUILDING = 2;
    static final int WALL = 3;
    static final int FENCE = 4;
    static final int POLE = 5;
    static final int TRAFFIC_LIGHT = 6;
    static final int TRAFFIC_SIGN = 7;
    static final int VEGETATION = 8;
    static final int TERRAIN = 9;
    static final int SKY = 10;
    static final int PERSON = 11;
    static final int RIDER = 12;
    static final int CAR = 13;
    static final int TRUCK = 14;
    static final int BUS = 15;
    static final int MOTORCYCLE = 17;
    static final int BICYCLE = 18;

    private Cityscapes19() {}
}
