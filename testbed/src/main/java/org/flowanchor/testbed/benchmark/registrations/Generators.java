package org.flowanchor.testbed.benchmark.registrations;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.flowanchor.testbed.launcher.PostgresServer;
import org.flowanchor.testbed.launcher.Workshop;

/** Starts the generators of load. */
final class Generators {
    private final Workshop workshop;
    private final PostgresServer postgres;

    Generators(Workshop workshop, PostgresServer postgres) {
        this.workshop = workshop;
        this.postgres = postgres;
    }

    LoadProcess upsert(String database, int rows, int connections) {
        return start(
                "single-row upsert",
                UpsertLoad.class,
                "-Xmx512m",
                ownClassPath(),
                postgres.jdbcUrl(database),
                postgres.user(database),
                Integer.toString(rows),
                Integer.toString(connections));
    }

    LoadProcess storePort(String database, int mobileNodes, int inFlight, int gateways) {
        Path jar = workshop.jar("binding-service");
        String productsClassPath = jar + File.pathSeparator + jar.resolveSibling("lib") + File.separator + "*"
                + File.pathSeparator + workshop.jar("testbed");
        return start(
                "store port",
                StorePortLoad.class,
                mobileNodes > 100_000 ? "-Xmx2g" : "-Xmx512m",
                productsClassPath,
                postgres.jdbcUrl(database),
                postgres.user(database),
                Integer.toString(mobileNodes),
                Integer.toString(inFlight),
                Integer.toString(gateways));
    }

    LoadProcess gateways(int mobileNodes, int inFlight, int gateways) {
        return start(
                "gateways",
                GatewayLoad.class,
                "-Xmx512m",
                ownClassPath(),
                "::1",
                Integer.toString(ServiceUnderLoad.grpcPort()),
                Integer.toString(mobileNodes),
                Integer.toString(inFlight),
                Integer.toString(gateways));
    }

    ServiceUnderLoad service(String database) {
        return ServiceUnderLoad.start(workshop, postgres, database);
    }

    private LoadProcess start(String name, Class<?> main, String heap, String classPath, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                ServiceUnderLoad.YOUNG,
                heap,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath,
                main.getName()));
        command.addAll(List.of(arguments));
        return LoadProcess.start(name, command, Map.of("PGPASSWORD", postgres.password()));
    }

    /** This process's own class path, absolute, because it may be that of {@code java -jar}. */
    private static String ownClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
