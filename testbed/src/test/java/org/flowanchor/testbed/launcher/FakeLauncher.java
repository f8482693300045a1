package org.flowanchor.testbed.launcher;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * A launcher of cheap children, for tests that kill it. Arguments: directory, marker word of the children, and how many
 * to start ({@code endless} starts them until it is killed). Prints {@code started} when all run.
 */
final class FakeLauncher {
    private FakeLauncher() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path directory = Path.of(arguments[0]);
        Supervisor supervisor = new Supervisor(
                CleanupRecord.open(directory.resolve("run"), directory.resolve("cleanup.log")),
                directory.resolve("logs"),
                new Console(System.out, InstantSource.system()));
        supervisor.onCleanup(List.of("mkdir", directory.resolve("cleaned").toString()));
        int count = arguments[2].equals("endless") ? Integer.MAX_VALUE : Integer.parseInt(arguments[2]);
        for (int child = 0; child < count; child++) {
            supervisor.start("child-" + child, List.of("sleep", arguments[1]), Map.of(), null, StopRule.LAB);
        }
        System.out.println("started");
        Thread.currentThread().join();
    }
}
