package org.flowanchor.testbed.launcher;

import java.nio.file.Path;
import java.util.List;

/** The Java virtual machine that children run on: the launcher's own, with flags for a fast start on few cores. */
final class Jvm {
    private static final List<String> FLAGS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED");

    private Jvm() {}

    static Path executable() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    static List<String> flags() {
        return FLAGS;
    }

    static List<String> command() {
        List<String> words = new java.util.ArrayList<>();
        words.add(executable().toString());
        words.addAll(FLAGS);
        return List.copyOf(words);
    }

    static Path jar(Path repository, String module) {
        return repository.resolve(module).resolve("target").resolve(module + ".jar");
    }
}
