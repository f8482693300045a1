package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The part of {@code /proc/<pid>/stat} that identifies a process: a pid is given again, a pid with its start time is
 * not.
 *
 * @param pid process
 * @param state one letter of proc(5)
 * @param parent its parent's pid
 * @param startTicks start in clock ticks since boot
 */
record ProcessStat(long pid, char state, long parent, long startTicks) {

    static Optional<ProcessStat> of(long pid) {
        try {
            return Optional.of(parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat"))));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The name in parentheses may hold blanks and parentheses itself, so fields are counted from the last one. */
    static ProcessStat parse(String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 2).strip().split(" ", -1);
        return new ProcessStat(
                Long.parseLong(line.substring(0, line.indexOf(' '))),
                fields[0].charAt(0),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[19]));
    }

    /** Whether it runs: a zombie only waits for its parent. */
    boolean running() {
        return state != 'Z' && state != 'X';
    }
}
