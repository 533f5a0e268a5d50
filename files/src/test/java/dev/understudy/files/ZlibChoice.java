package dev.understudy.files;

import org.testng.annotations.DataProvider;

/** Who deflates and inflates: Java's zlib alone, or whatever the machine has. For all threads. */
public enum ZlibChoice {
    JAVA,
    MACHINE;

    @DataProvider
    public static Object[][] choices() {
        return new Object[][] {{JAVA}, {MACHINE}};
    }

    public void set() {
        if (this == JAVA) {
            System.setProperty(IsaL.PROPERTY, "java");
        } else {
            reset();
        }
    }

    /** What the machine has. */
    public static void reset() {
        System.clearProperty(IsaL.PROPERTY);
    }
}
