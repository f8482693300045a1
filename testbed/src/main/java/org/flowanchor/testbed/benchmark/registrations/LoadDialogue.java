package org.flowanchor.testbed.benchmark.registrations;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** What a generator's process is told and says: a line in, a line out. It ends with its input, that is with whoever started it. */
final class LoadDialogue {
    /** Carries out {@code fill} and {@code run}. */
    interface Generator {
        LoadResult fill() throws Exception;

        LoadResult run(double seconds) throws Exception;
    }

    private LoadDialogue() {}

    static void hold(Generator generator) throws Exception {
        System.out.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        String command = next(commands);
        while (!command.isEmpty()) {
            LoadResult result = command.equals("fill")
                    ? generator.fill()
                    : generator.run(Double.parseDouble(command.substring(command.indexOf(' ') + 1)));
            System.out.println(result.line());
            command = next(commands);
        }
        System.exit(0);
    }

    private static String next(BufferedReader commands) throws IOException {
        String line = commands.readLine();
        return line == null ? "" : line;
    }
}
