package org.flowanchor.testbed.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCacheTest {
    @TempDir
    Path directory;

    private Path jar = Path.of("");

    @BeforeEach
    void makeJar() throws Exception {
        jar = Files.writeString(directory.resolve("service.jar"), "classes");
        Files.createDirectories(directory.resolve("lib"));
        Files.writeString(directory.resolve("lib").resolve("library.jar"), "library");
    }

    @Test
    void withoutATrainingRunNoFlagIsGiven() {
        assertThat(cache().exists()).isFalse();
        assertThat(cache().useFlags()).isEmpty();
    }

    @Test
    void acceptedCacheIsUsedUntilAJarChanges() throws Exception {
        train();

        assertThat(cache().exists()).isTrue();
        assertThat(cache().useFlags().getFirst()).startsWith("-XX:AOTCache=" + caches());

        Files.writeString(directory.resolve("lib").resolve("library.jar"), "another library");

        assertThat(cache().exists()).isFalse();
    }

    @Test
    void newCacheReplacesThatOfAnEarlierBuildAndLeavesOtherProgramsAlone() throws Exception {
        train();
        Files.writeString(caches().resolve("broker-0123456789abcdef.aot"), "of another program");
        Files.writeString(jar, "other classes");

        train();

        try (var files = Files.list(caches())) {
            assertThat(files.map(file -> file.getFileName().toString().replaceAll("-[0-9a-f]{16}", "")))
                    .containsExactlyInAnyOrder("service.aot", "broker.aot");
        }
    }

    private void train() throws Exception {
        StartCache cache = cache();
        cache.prepare();
        String written = cache.trainingFlags().getFirst().replace("-XX:AOTCacheOutput=", "");
        Files.writeString(Path.of(written), "cache");
        cache.accept("service");
    }

    private StartCache cache() {
        return StartCache.of(caches(), "service", jar);
    }

    private Path caches() {
        return directory.resolve("caches");
    }
}
