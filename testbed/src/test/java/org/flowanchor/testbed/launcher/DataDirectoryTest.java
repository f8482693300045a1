package org.flowanchor.testbed.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path parent;

    @Test
    void belongsToItsOwnerOnly() throws Exception {
        try (DataDirectory data = open()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                    .isEqualTo("rwx------");
            assertThat(data.run()).startsWithRaw(directory());
        }
    }

    @Test
    void secondLauncherIsRefusedAndToldWhoUsesIt() {
        try (DataDirectory first = open()) {
            assertThat(first.logs()).startsWithRaw(directory());
            assertThatThrownBy(this::open)
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("already runs from here (process "
                            + ProcessHandle.current().pid() + ")");
        }
        open().close();
    }

    @Test
    void emptyingForgetsEverythingButTheLockAndWhatIsToBeCleanedUp() throws Exception {
        try (DataDirectory data = open()) {
            Files.createDirectories(data.postgres().resolve("data"));
            Files.writeString(data.postgres().resolve("data").resolve("PG_VERSION"), "18");
            Files.createDirectories(data.run());

            data.empty();

            assertThat(directory()).isDirectoryNotContaining(path -> !path.endsWith("lock") && !path.endsWith("run"));
        }
    }

    @Test
    void logsOfTheLastRunAreKeptAside() throws Exception {
        try (DataDirectory data = open()) {
            data.beginRun();
            Files.writeString(data.logs().resolve("kafka.log"), "first");
            Files.writeString(data.work().resolve("agent.yaml"), "role: anchor");

            data.beginRun();

            assertThat(data.logs().resolve("kafka.log")).doesNotExist();
            assertThat(data.logs().resolve("previous").resolve("kafka.log")).hasContent("first");
            assertThat(data.work()).isEmptyDirectory();
        }
    }

    private DataDirectory open() {
        return DataDirectory.open(directory());
    }

    private Path directory() {
        return parent.resolve("data");
    }
}
