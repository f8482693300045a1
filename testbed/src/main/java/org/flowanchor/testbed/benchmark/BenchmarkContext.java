package org.flowanchor.testbed.benchmark;

import java.nio.file.Path;
import java.util.Optional;
import org.flowanchor.testbed.launcher.Console;
import org.flowanchor.testbed.launcher.Platform;
import org.flowanchor.testbed.launcher.Workshop;

/**
 * What a benchmark runs on.
 *
 * @param workshop processes and cleanup
 * @param platform started and ready; present exactly when the benchmark needs {@link Benchmark.Needs#PLATFORM}
 * @param reportDirectory where the benchmark may put further files; exists
 */
public record BenchmarkContext(Workshop workshop, Optional<Platform> platform, Console console, Path reportDirectory) {}
