package dev.understudy.files;

import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;

/** Who inflates: Java's zlib alone, or whatever the machine has. For all threads. */
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
            System.clearProperty(IsaL.PROPERTY);
        }
    }

    /** A test whose methods all run by one choice; its constructor is a factory over {@link ZlibChoice#choices}. */
    public abstract static class ByChoice {
        protected final ZlibChoice choice;

        protected ByChoice(ZlibChoice choice) {
            this.choice = choice;
        }

        @BeforeMethod
        public void choose() {
            choice.set();
        }

        @AfterMethod(alwaysRun = true)
        public void chooseNoMore() {
            MACHINE.set();
        }
    }
}
