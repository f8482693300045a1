package org.flowanchor.testbed.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrerequisitesIT {
    @TempDir
    Path directory;

    @Test
    void takenPortIsNamedWithItsHolder() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = socket.getLocalPort();
            long self = ProcessHandle.current().pid();

            List<String> taken = Prerequisites.ofPorts(ports(port));

            assertThat(taken)
                    .singleElement()
                    .asString()
                    .matches("Port " + port + " \\(PostgreSQL\\) is taken by process " + self
                            + " \\(.*java.*\\): stop it with kill " + self + "\\.");
        }
    }

    @Test
    void grpcPortTakenOnLoopbackOnlyIsFoundToo() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            Ports free = ports(FreePorts.next());
            Ports ports = new Ports(
                    free.policyRest(),
                    free.bindingRest(),
                    free.flowRest(),
                    socket.getLocalPort(),
                    free.flowGrpc(),
                    free.postgres(),
                    free.kafka(),
                    free.kafkaController());

            assertThat(Prerequisites.ofPorts(ports))
                    .singleElement()
                    .asString()
                    .startsWith("Port " + socket.getLocalPort() + " (binding-service gRPC) is taken by process ");
        }
    }

    @Test
    void freePortsAreNoProblem() throws Exception {
        assertThat(Prerequisites.ofPorts(ports(FreePorts.next()))).isEmpty();
    }

    @Test
    void missingToolIsNamedWithItsPackage() throws Exception {
        for (String tool : List.of("ip", "tc", "setsid", "nsenter", "unshare", "timeout", "tac")) {
            assertThat(Files.createFile(directory.resolve(tool)).toFile().setExecutable(true))
                    .isTrue();
        }

        assertThat(Prerequisites.ofHost(List.of(directory)))
                .containsExactly(
                        "The program nft is not there: install the package nftables (for example apt-get install nftables).");
    }

    private static Ports ports(int postgres) throws Exception {
        return new Ports(
                FreePorts.next(),
                FreePorts.next(),
                FreePorts.next(),
                FreePorts.next(),
                FreePorts.next(),
                postgres,
                FreePorts.next(),
                FreePorts.next());
    }
}
