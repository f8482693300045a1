package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.wire.PacketCapture;
import org.flowanchor.testbed.wire.Tshark;

/** Captures the signalling that passes an interface of the lab. */
final class SignallingCapture {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int FILE_HEADER = 24;

    private SignallingCapture() {}

    /** Returns when it has begun. */
    static void begin(Stage stage, LabNode node, String device, Path file) {
        if (!Tshark.isInstalled()) {
            throw new ScenarioException("tshark judges this scenario and is not installed: apt-get install tshark");
        }
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new ScenarioException("capture " + file + ": " + e, e);
        }
        stage.context()
                .platform()
                .start(
                        "capture-" + device,
                        stage.lab()
                                .inside(
                                        node,
                                        javaProgram(stage, PacketCapture.class, List.of(device, file.toString()))),
                        Map.of(),
                        null);
        Await.until("the capture has begun", LIMIT, () -> Files.exists(file) && size(file) >= FILE_HEADER);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** The command that runs a small program of the testbed. */
    static List<String> javaProgram(Stage stage, Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>(stage.context().platform().javaCommand());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                stage.context().platform().jar("testbed").toString(),
                program.getName()));
        command.addAll(arguments);
        return command;
    }
}
