package org.flowanchor.agent.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tests of this class need a kernel with ESP for both families; where this machine's has none, they run in user-mode Linux. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface EspKernel {
    /** What this machine's kernel has. */
    final class Modules {
        private Modules() {}

        /** Whether both are loaded; where they are built in, the guest is asked all the same. */
        public static boolean areLoaded() {
            return Files.isDirectory(Path.of("/sys/module/esp4")) && Files.isDirectory(Path.of("/sys/module/esp6"));
        }
    }
}
