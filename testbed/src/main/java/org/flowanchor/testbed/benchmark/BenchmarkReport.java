package org.flowanchor.testbed.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Outcome of one benchmark, written as {@code benchmark.json}. */
public record BenchmarkReport(String benchmark, List<Figure> figures) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public BenchmarkReport {
        figures = List.copyOf(figures);
    }

    /** Writes {@code benchmark.json} into {@code directory}, which is made when missing. */
    public void write(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("benchmark.json"), JSON.writeValueAsString(this) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("benchmark in " + directory, e);
        }
    }
}
