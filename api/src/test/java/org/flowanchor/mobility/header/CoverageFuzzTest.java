package org.flowanchor.mobility.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Coverage-guided fuzzing of {@link FuzzTarget} by Jazzer, in a process of its own, from the corpus in the repository. Short here;
 * {@code -Dfuzz.seconds=900} makes it long, {@code -Dfuzz.corpus=DIR} keeps what it finds.
 */
class CoverageFuzzTest {
    private static final Path CORPUS = Path.of("src/test/resources/mobility-header/fuzz-corpus");
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 10);
    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units: (\\d+)");

    @Test
    void everyInputOfTheCorpusHolds() throws IOException {
        int inputs = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(CORPUS)) {
            for (Path file : files) {
                FuzzTarget.fuzzerTestOneInput(Files.readAllBytes(file));
                inputs++;
            }
        }
        assertThat(inputs).isGreaterThan(100);
    }

    @Test
    void noInputThatCoverageLeadsToBreaksTheDecoder(@TempDir Path directory) throws IOException, InterruptedException {
        String kept = System.getProperty("fuzz.corpus");
        Path found = kept == null
                ? Files.createDirectory(directory.resolve("corpus"))
                : Path.of(kept).toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzTarget.class.getName(),
                "--instrumentation_includes=org.flowanchor.mobility.**",
                "--disabled_hooks=*",
                "-max_total_time=" + SECONDS,
                "-max_len=2200",
                // For what never ends; that decoding is linear is shown without a clock (DecodingWorkTest).
                "-timeout=120",
                "-print_final_stats=1",
                "-artifact_prefix=" + directory + "/",
                found.toString(),
                CORPUS.toAbsolutePath().toString()));
        Path output = directory.resolve("output.txt");
        Process fuzzer = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = fuzzer.waitFor(SECONDS + 600L, TimeUnit.SECONDS);
        fuzzer.destroyForcibly();
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(ended).as(said).isTrue();
        assertThat(fuzzer.exitValue()).as(said).isZero();
        Matcher executions = EXECUTIONS.matcher(said);
        assertThat(executions.find()).as(said).isTrue();
        System.out.println("fuzzing: " + executions.group(1) + " executions in " + SECONDS + " s");
        // How far it came beyond the corpus is a matter of the machine.
        try (Stream<Path> files = Files.list(CORPUS)) {
            assertThat(Long.parseLong(executions.group(1))).isGreaterThanOrEqualTo(files.count());
        }
    }
}
