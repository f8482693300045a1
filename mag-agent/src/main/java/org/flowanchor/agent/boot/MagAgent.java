package org.flowanchor.agent.boot;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.flowanchor.agent.adapter.grpc.NettyChannels;
import org.flowanchor.agent.application.KernelException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Command line of the agent. Exit status: 1 the machine or an address refuses, 2 command line or configuration. */
public final class MagAgent {
    private MagAgent() {}

    public static void main(String[] arguments) {
        LogFormat.text.apply();
        System.exit(commandLine(new LinuxKernels()).execute(arguments));
    }

    static CommandLine commandLine(Kernels kernels) {
        return new CommandLine(new Root())
                .addSubcommand(new Run(kernels))
                .addSubcommand(new ProbeCommand(kernels))
                .addSubcommand(new ControlCommands.Status())
                .addSubcommand(new ControlCommands.Dump())
                .addSubcommand(new ControlCommands.Diff())
                .addSubcommand(new ControlCommands.Attach())
                .addSubcommand(new ControlCommands.Detach());
    }

    static String version() {
        String version = MagAgent.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Command(
            name = "mag-agent",
            description = "Programs a gateway's kernel: tunnels, routes and marks.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    private static final class Root implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Missing command: run, probe, status, dump, diff, attach or detach");
        }
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"mag-agent " + version()};
        }
    }

    @Command(
            name = "run",
            description = "Serves until SIGTERM; forwarding outlives the agent.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    private static final class Run implements Callable<Integer> {
        private final Kernels kernels;

        @Option(names = "--config", required = true, paramLabel = "FILE", description = "Configuration, YAML.")
        private Path file = Path.of("config.yaml");

        @Option(
                names = "--log-format",
                defaultValue = "text",
                paramLabel = "FORMAT",
                description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
        private LogFormat logFormat = LogFormat.text;

        @Option(
                names = "--until-ready",
                description = "Ends as soon as it is ready: to see whether it can, or to make a start cache.")
        private boolean untilReady;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        Run(Kernels kernels) {
            this.kernels = kernels;
        }

        @Override
        public Integer call() throws InterruptedException {
            PrintWriter err = spec.commandLine().getErr();
            if (logFormat != LogFormat.text) {
                logFormat.apply();
            }
            AgentConfiguration configuration;
            try {
                configuration = ConfigurationReader.read(file);
            } catch (ConfigurationException e) {
                err.println(e.getMessage());
                return 2;
            }
            EndOfProcess.onErrors();
            NettyChannels channels = new NettyChannels();
            try {
                Agent agent = Agent.start(configuration, kernels, channels, version());
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(
                                () -> {
                                    agent.close();
                                    channels.close();
                                },
                                "shutdown"));
                if (untilReady) {
                    agent.awaitReady();
                    return 0;
                }
            } catch (KernelException | IOException e) {
                err.println("mag-agent: " + e.getMessage());
                channels.close();
                return 1;
            }
            new CountDownLatch(1).await();
            return 0;
        }
    }
}
