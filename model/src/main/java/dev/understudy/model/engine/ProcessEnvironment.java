package dev.understudy.model.engine;

import com.sun.jna.NativeLibrary;

/**
 * Variables of the process's environment as native code sees them; {@link System#getenv} shows those that the process began
 * with. To be used before the library that reads them is loaded. Safe for several threads.
 */
public final class ProcessEnvironment {
    private ProcessEnvironment() {}

    /**
     * @param overwrite what is there already
     * @throws UnsatisfiedLinkError if this platform's C library has no setenv, as that of Windows
     */
    public static void set(String name, String value, boolean overwrite) {
        NativeLibrary.getInstance("c").getFunction("setenv").invokeInt(new Object[] {name, value, overwrite ? 1 : 0});
    }
}
