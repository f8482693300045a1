package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds the running processes that have a given word on their command line. */
final class ProcessesOfMarker {
    private ProcessesOfMarker() {}

    static List<Long> find(String marker) throws IOException {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    List<String> words = Arrays.asList(
                            Files.readString(process.resolve("cmdline")).split("\0", -1));
                    if (words.getFirst().equals("sleep") && words.contains(marker)) {
                        found.add(Long.valueOf(process.getFileName().toString()));
                    }
                } catch (IOException gone) {
                    continue;
                }
            }
        }
        return found;
    }
}
