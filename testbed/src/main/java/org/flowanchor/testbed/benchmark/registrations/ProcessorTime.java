package org.flowanchor.testbed.benchmark.registrations;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time that processes have used, from the scheduler's own account, which is exact where ticks are not. */
final class ProcessorTime {
    private ProcessorTime() {}

    static double seconds(long pid) {
        return seconds(Path.of("/proc", Long.toString(pid)));
    }

    /** Of all processes that work in a directory: a PostgreSQL server with its backends. */
    static double secondsOfThoseIn(Path directory) throws IOException {
        Path wanted = directory.toRealPath();
        double sum = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (worksIn(process, wanted)) {
                    sum += seconds(process);
                }
            }
        }
        return sum;
    }

    private static boolean worksIn(Path process, Path directory) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(directory);
        } catch (IOException goneOrKernelThread) {
            return false;
        }
    }

    /** Sum over its threads; 0 when it is gone. */
    private static double seconds(Path process) {
        double sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                String account = Files.readString(thread.resolve("schedstat"));
                sum += Long.parseLong(account.substring(0, account.indexOf(' '))) / 1e9;
            }
        } catch (IOException gone) {
            return sum;
        }
        return sum;
    }
}
