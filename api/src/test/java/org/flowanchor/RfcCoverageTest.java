package org.flowanchor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps docs/rfc-coverage.md true: every class and every {@code Class.method} it names exists in the sources. */
class RfcCoverageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern CODE = Pattern.compile("`([A-Z][A-Za-z0-9]+)(?:\\.([a-z][A-Za-z0-9_]+))?`");

    @Test
    void everyClassAndTestItNamesExists() throws IOException {
        Map<String, String> sources = sources();
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (String line : Files.readAllLines(ROOT.resolve("docs/rfc-coverage.md"))) {
            if (!line.startsWith("|")) {
                continue;
            }
            Matcher matcher = CODE.matcher(line);
            while (matcher.find()) {
                named++;
                String source = sources.get(matcher.group(1));
                String method = matcher.group(2);
                if (source == null || (method != null && !source.contains(" " + method + "("))) {
                    missing.add(matcher.group());
                }
            }
        }
        assertThat(named).isPositive();
        assertThat(missing).isEmpty();
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(ROOT, 14)) {
            files.filter(file -> file.toString().endsWith(".java")
                            && !file.toString().contains("/target/"))
                    .forEach(file -> sources.merge(
                            file.getFileName().toString().replace(".java", ""), read(file), String::concat));
        }
        return sources;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
