package org.flowanchor.agent.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace and one platform thread inside it. What that thread opens stays in the namespace, whoever uses it later; it
 * must start no pools, which would hand the namespace on.
 */
public final class Namespace implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int CLONE_NEWNET = 0x40000000;
    private static final Linker LINKER = Linker.nativeLinker();

    private final String name;
    private final ExecutorService thread;
    private final Thread cleanUp = new Thread(this::delete);

    public Namespace(String role) {
        this(role, true);
    }

    private Namespace(String role, boolean loopback) {
        name = "fak" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + "-" + role;
        run(List.of("ip", "netns", "add", name), "");
        Runtime.getRuntime().addShutdownHook(cleanUp);
        thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name).daemon(true).factory());
        call(() -> {
            enter("/run/netns/" + name);
            return "";
        });
        if (loopback) {
            ip("link set lo up");
        }
    }

    /** Kernel tests belong to root: as root they run or fail, otherwise they are skipped and say so. */
    public static void requireRoot() {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (!root) {
            System.out.println("SKIPPED: kernel tests need root and network namespaces");
        }
        Assumptions.assumeTrue(root, "kernel tests need root");
    }

    public String name() {
        return name;
    }

    /** Runs inside the namespace. */
    public <T> T call(Callable<T> task) {
        try {
            return thread.submit(task).get(180, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("in namespace " + name, e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Runs inside the namespace. */
    public void run(Action action) {
        call(() -> {
            action.run();
            return "";
        });
    }

    /** Something that may fail. */
    public interface Action {
        void run() throws Exception;
    }

    /** Commands of {@code ip}, one per line. */
    public void ip(String... commands) {
        run(List.of("ip", "-6", "-n", name, "-batch", "-"), String.join("\n", commands) + "\n");
    }

    /** A command inside the namespace. */
    public String exec(String... command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name));
        words.addAll(List.of(command));
        return run(words, "");
    }

    /** Commands of {@code nft}. */
    public void nft(String commands) {
        run(List.of("ip", "netns", "exec", name, "nft", "-f", "-"), commands);
    }

    /** One side of a device pair here, the other there, both up, both without an address of their own making. */
    public void connect(String device, Namespace other, String otherDevice) {
        ip("link add " + device + " type veth peer name " + otherDevice + " netns " + other.name);
        ip("link set " + device + " addrgenmode none up");
        other.ip("link set " + otherDevice + " addrgenmode none up");
    }

    private static String run(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                Assertions.fail(command + " failed: " + output + "\n" + input);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void enter(String path) throws Exception {
        MethodHandle open = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("open"), FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        MethodHandle setns = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("setns"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        MethodHandle close = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) open.invokeExact(arena.allocateFrom(path), 0);
            int entered = (int) setns.invokeExact(fd, CLONE_NEWNET);
            int ignored = (int) close.invokeExact(fd);
            Assertions.assertEquals(0, entered, "setns " + path);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private void delete() {
        run(List.of("ip", "netns", "delete", name), "");
    }

    @Override
    public void close() {
        thread.shutdownNow();
        Runtime.getRuntime().removeShutdownHook(cleanUp);
        delete();
    }
}
