package org.flowanchor.testbed.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Console console = new Console(new PrintStream(bytes, true, UTF_8), now::get);

    @Test
    void stepCarriesTheSecondsSinceTheBeginning() {
        now.set(Instant.ofEpochMilli(12_340));
        console.step("PostgreSQL ready");

        assertThat(printed()).isEqualTo("[  12.3 s] PostgreSQL ready\n");
    }

    @Test
    void progressIsPrintedAtMostOnceASecond() {
        for (int millis = 0; millis < 2500; millis += 100) {
            now.set(Instant.ofEpochMilli(millis));
            console.progress("moves", millis / 2500.0);
        }

        assertThat(printed().lines().map(String::strip)).containsExactly("moves: 0 %", "moves: 40 %", "moves: 80 %");
    }

    @Test
    void tableAlignsItsColumns() {
        console.table(List.of(List.of("check", "result"), List.of("attach-wlan", "PASS")));

        assertThat(printed()).isEqualTo("  check        result\n  attach-wlan  PASS\n");
    }

    private String printed() {
        return bytes.toString(UTF_8);
    }
}
