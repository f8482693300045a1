package org.flowanchor.testbed.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program's ahead-of-time cache: classes loaded and linked, so that its virtual machine starts in a fraction of the
 * time. Recorded in a training run, valid for exactly the jars and the virtual machine it was made with, and a product
 * of the build: it lives in {@code target}.
 */
final class StartCache {
    private final Path file;

    private StartCache(Path file) {
        this.file = file;
    }

    /**
     * The cache of a program for its present jars.
     *
     * @param directory where caches are kept
     * @param program names it
     * @param jar the jar it is started from, with its libraries in {@code lib} beside it
     */
    static StartCache of(Path directory, String program, Path jar) {
        return new StartCache(directory.resolve(program + "-" + fingerprint(jar) + ".aot"));
    }

    boolean exists() {
        return Files.isRegularFile(file);
    }

    /** Flags with which the program uses the cache; none while there is none. */
    List<String> useFlags() {
        return exists() ? List.of("-XX:AOTCache=" + file, "-Xlog:aot*=off", "-Xlog:cds*=off") : List.of();
    }

    /** Flags of a training run, which writes the cache when it ends. */
    List<String> trainingFlags() {
        return List.of("-XX:AOTCacheOutput=" + unfinished(), "-Xlog:aot*=off", "-Xlog:cds*=off");
    }

    /** Makes the place for what a training run writes. */
    void prepare() {
        try {
            Files.createDirectories(file.resolveSibling(""));
        } catch (IOException failure) {
            throw new LaunchException("cannot make " + file.getParent() + ": " + failure.getMessage(), failure);
        }
    }

    /** Makes the cache of a training run that ended well the present one and deletes those of earlier builds. */
    void accept(String program) {
        try {
            Files.move(unfinished(), file, StandardCopyOption.ATOMIC_MOVE);
            try (Stream<Path> caches = Files.list(file.resolveSibling(""))) {
                for (Path other : caches.filter(path -> !path.equals(file)
                                && path.getFileName().toString().startsWith(program + "-"))
                        .toList()) {
                    Files.delete(other);
                }
            }
        } catch (IOException failure) {
            throw new LaunchException("no start cache for " + program + ": " + failure.getMessage(), failure);
        }
    }

    private Path unfinished() {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    private static String fingerprint(Path jar) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            List<Path> jars = new ArrayList<>();
            jars.add(jar);
            Path library = jar.resolveSibling("lib");
            if (Files.isDirectory(library)) {
                try (Stream<Path> libraries = Files.list(library)) {
                    libraries.sorted().forEach(jars::add);
                }
            }
            for (Path each : jars) {
                add(
                        digest,
                        each + " " + Files.size(each) + " "
                                + Files.getLastModifiedTime(each).toMillis());
            }
            add(digest, System.getProperty("java.vm.version"));
            add(digest, String.join(" ", Jvm.command()));
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (IOException failure) {
            throw new LaunchException("cannot read " + jar + " and its libraries: " + failure.getMessage(), failure);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void add(MessageDigest digest, String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
