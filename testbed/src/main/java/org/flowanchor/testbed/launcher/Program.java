package org.flowanchor.testbed.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Java program that the launcher starts, with its start cache.
 *
 * @param name of process, log and cache
 * @param arguments after the virtual machine's flags: what to run, and its arguments
 * @param environment added to the launcher's own
 * @param trainingArguments as {@code arguments}, for a run that loads what a start loads and then ends by itself
 * @param cache possibly not there yet
 */
record Program(
        String name,
        List<String> arguments,
        Map<String, String> environment,
        List<String> trainingArguments,
        StartCache cache) {
    private static final String HEAP = "-Xmx256m";

    /** What follows from the build alone and is made once after it. */
    static Path buildProducts(Path repository) {
        return repository.resolve("testbed").resolve("target").resolve("run");
    }

    static Path caches(Path repository) {
        return buildProducts(repository).resolve("start-caches");
    }

    /** The same, as another process of this run. */
    Program named(String another) {
        return new Program(another, arguments, environment, trainingArguments, cache);
    }

    List<String> command() {
        return command(cache.useFlags(), arguments);
    }

    /** At the lowest priority: it runs beside what people look at. */
    List<String> trainingCommand() {
        List<String> words = new ArrayList<>(List.of("nice", "-n", "19"));
        words.addAll(command(cache.trainingFlags(), trainingArguments));
        return words;
    }

    private static List<String> command(List<String> flags, List<String> arguments) {
        List<String> words = new ArrayList<>(Jvm.command());
        words.add(HEAP);
        words.addAll(flags);
        words.addAll(arguments);
        return words;
    }
}
