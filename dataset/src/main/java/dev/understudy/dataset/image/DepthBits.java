package dev.understudy.dataset.image;

/** How the 16 bits of a depth map's values are to be read. */
public enum DepthBits {
    /** As they are. */
    PLAIN {
        @Override
        public int decode(int stored) {
            return stored;
        }
    },
    /** Turned left by three, as SUN RGB-D stores millimetres. */
    ROTATED {
        @Override
        public int decode(int stored) {
            return stored >> 3 | stored << 13 & 0xFFFF;
        }
    },
    /** With the low byte first, where PNG has the high one. */
    SWAPPED {
        @Override
        public int decode(int stored) {
            return stored >> 8 | stored << 8 & 0xFF00;
        }
    };

    /** @param stored 0–65535. @return 0–65535; 0 stays 0 and 65535 stays 65535 */
    public abstract int decode(int stored);
}
