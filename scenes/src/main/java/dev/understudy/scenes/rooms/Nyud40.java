package dev.understudy.scenes.rooms;

/** The indices of the nyud40 classes that occur in rendered rooms. */
final class Nyud40 {
    static final int WALL = 0;
    static final int FLOOR = 1;
    static final int CABINET = 2;
    static final int BED = 3;
    static final int CHAIR = 4;
    static final int SOFA = 5;
    static final int TABLE = 6;
    static final int DOOR = 7;
    static final int WINDOW = 8;
    static final int BOOKSHELF = 9;
    static final int PICTURE = 10;
    static final int COUNTER = 11;
    static final int DESK = 13;
    static final int CURTAIN = 15;
    static final int DRESSER = 16;
    static final int PILLOW = 17;
    static final int FLOOR_MAT = 19;
    static final int CEILING = 21;
    static final int REFRIGERATOR = 23;
    static final int TELEVISION = 24;
    static final int BOX = 28;
    static final int WHITEBOARD = 29;
    static final int NIGHT_STAND = 31;
    static final int LAMP = 34;

    private Nyud40() {}
}
