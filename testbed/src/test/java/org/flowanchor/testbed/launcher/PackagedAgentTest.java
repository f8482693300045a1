package org.flowanchor.testbed.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PackagedAgentTest {
    @Test
    void flagsAreThoseOfThePackage() throws Exception {
        String script = Files.readString(Path.of("../mag-agent/src/packaging/mag-agent"));
        String start = script.substring(script.indexOf("exec \"$java\""), script.indexOf("\"$@\"\n"));
        Set<String> packaged = Arrays.stream(start.split("[ \\\\\n]+"))
                .filter(word -> word.startsWith("-"))
                .collect(Collectors.toSet());
        assertThat(new TreeSet<>(PackagedAgent.flags())).isEqualTo(new TreeSet<>(packaged));
        assertThat(script).contains("MALLOC_ARENA_MAX:-" + PackagedAgent.ENVIRONMENT.get("MALLOC_ARENA_MAX"));
    }
}
