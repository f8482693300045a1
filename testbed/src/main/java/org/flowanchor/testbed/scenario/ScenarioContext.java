package org.flowanchor.testbed.scenario;

import java.nio.file.Path;
import java.util.Optional;
import org.flowanchor.testbed.launcher.Console;
import org.flowanchor.testbed.launcher.Platform;

/**
 * What a scenario is played on.
 *
 * @param platform started and ready
 * @param reportDirectory where report and plots go; made when missing; empty: no report is written
 * @param serves somebody looks around when it has been played
 */
public record ScenarioContext(Platform platform, Console console, Optional<Path> reportDirectory, boolean serves) {}
