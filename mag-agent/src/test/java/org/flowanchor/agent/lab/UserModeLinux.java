package org.flowanchor.agent.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/**
 * A second Linux kernel in a process of this machine, with the modules that this machine's kernel may not have, over the same file
 * system, read only. Java and the ordinary tools run in it.
 *
 * <p>Trap: it saves a process's registers by asking for all that the processor has, and knows only so many: newer processors kill it. A
 * filter on that question makes it ask the old way, which leaves the wide vector registers out; so nothing in the guest may use them.
 */
public final class UserModeLinux implements AutoCloseable {
    private static final Path KERNEL = Path.of("/usr/bin/linux.uml");
    private static final Path MODULES = Path.of("/usr/lib/uml/modules");
    private static final String NARROW_REGISTERS =
            "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-AVX512BW,"
                    + "-AVX_Fast_Unaligned_Load,-AVX2_Usable,-AVX_Usable,-XSAVEC_Usable,-XSAVEC,-ERMS,-FSRM";

    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_SET_SECCOMP = 22;
    private static final long SECCOMP_MODE_FILTER = 2;
    private static final int BPF_LOAD_WORD = 0x20;
    private static final int BPF_JUMP_EQUAL = 0x15;
    private static final int BPF_RETURN = 0x06;
    private static final int SYS_PTRACE = 101;
    private static final int PTRACE_GETREGSET = 0x4204;
    private static final int NT_X86_XSTATE = 0x202;
    private static final int RETURN_EINVAL = 0x00050000 | 22;
    private static final int RETURN_ALLOW = 0x7fff0000;

    private final Process process;
    private final List<String> output = new ArrayList<>();
    private final CompletableFuture<Integer> ended;

    private UserModeLinux(Process process) {
        this.process = process;
        this.ended = CompletableFuture.supplyAsync(
                this::read, task -> Thread.ofPlatform().daemon(true).start(task));
    }

    /** Whether this machine has one, for this processor. */
    public static boolean isInstalled() {
        return Files.isExecutable(KERNEL)
                && Files.isDirectory(MODULES)
                && System.getProperty("os.arch").equals("amd64");
    }

    /** Whether this is one. */
    public static boolean isInside() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo")).contains("User Mode Linux");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Boots.
     *
     * @param inside where its process runs, and so its tap devices
     * @param directory for its files
     * @param modules loaded with what they depend on
     * @param commands of the shell, run as the first process's; the machine ends with them
     * @param parameters of the kernel, for example for devices
     */
    public static UserModeLinux boot(
            Namespace inside, Path directory, List<String> modules, List<String> commands, List<String> parameters)
            throws IOException {
        Path init = directory.resolve("init.sh");
        Files.writeString(init, script(modules, commands));
        Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> words = new ArrayList<>(List.of(
                "ip",
                "netns",
                "exec",
                inside.name(),
                KERNEL.toString(),
                "mem=768M",
                "root=/dev/root",
                "rootfstype=hostfs",
                "rootflags=/",
                "ro",
                "quiet",
                "init=" + init,
                "con=null",
                "con0=null,fd:1",
                "con1=null",
                "ssl=null",
                NARROW_REGISTERS));
        words.addAll(parameters);
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("TMPDIR", directory.toString());
        return new UserModeLinux(startFiltered(builder));
    }

    private static String script(List<String> modules, List<String> commands) {
        return """
                #!/bin/sh
                export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TMPDIR=/run
                mount -t proc proc /proc
                mount -t sysfs sys /sys
                mount -t tmpfs run /run
                modules=/usr/lib/uml/modules/$(uname -r)
                load() {
                  dependency=$(grep "/$1\\.ko:" $modules/modules.dep | sed 's/.*: *//')
                  for each in $(echo $dependency | tr ' ' '\\n' | tac) $(grep -o "^[^:]*/$1\\.ko:" $modules/modules.dep | tr -d :); do
                    busybox insmod $modules/$each 2>/dev/null
                  done
                }
                for module in %s; do load $module; done
                ip link set lo up
                %s
                echo o > /proc/sysrq-trigger
                sleep 60
                """.formatted(String.join(" ", modules), String.join("\n", commands));
    }

    /** The words that start Java in the guest; class path and main class follow. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java")
                + " -XX:UseAVX=0 -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -Djava.io.tmpdir=/run"
                + " --enable-native-access=ALL-UNNAMED -Duser.name=root";
    }

    /** Filters go with the thread that has them and with what it starts. */
    private static Process startFiltered(ProcessBuilder builder) {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                filter();
                started.complete(builder.start());
            } catch (Throwable e) {
                started.completeExceptionally(e);
            }
        });
        return started.join();
    }

    private static void filter() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle prctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("prctl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        int[][] instructions = {
            {BPF_LOAD_WORD, 0, 0, 0},
            {BPF_JUMP_EQUAL, 0, 5, SYS_PTRACE},
            {BPF_LOAD_WORD, 0, 0, 16},
            {BPF_JUMP_EQUAL, 0, 3, PTRACE_GETREGSET},
            {BPF_LOAD_WORD, 0, 0, 32},
            {BPF_JUMP_EQUAL, 0, 1, NT_X86_XSTATE},
            {BPF_RETURN, 0, 0, RETURN_EINVAL},
            {BPF_RETURN, 0, 0, RETURN_ALLOW},
        };
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate(8L * instructions.length, 8);
            for (int i = 0; i < instructions.length; i++) {
                int[] instruction = instructions[i];
                filter.asSlice(8L * i, 8)
                        .asByteBuffer()
                        .order(java.nio.ByteOrder.nativeOrder())
                        .putShort((short) instruction[0])
                        .put((byte) instruction[1])
                        .put((byte) instruction[2])
                        .putInt(instruction[3]);
            }
            MemorySegment program = arena.allocate(16, 8);
            program.set(java.lang.foreign.ValueLayout.JAVA_SHORT, 0, (short) instructions.length);
            program.set(ADDRESS, 8, filter);
            Assertions.assertThat((int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, MemorySegment.NULL, 0L, 0L))
                    .isZero();
            Assertions.assertThat((int) prctl.invokeExact(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0L, 0L))
                    .isZero();
        }
    }

    private int read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.add(line);
                }
            }
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it wrote so far. */
    public List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    public boolean hasEnded() {
        return ended.isDone();
    }

    /** Waits until it has ended. */
    public List<String> awaitEnd(int seconds) throws Exception {
        ended.get(seconds, TimeUnit.SECONDS);
        return output();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
