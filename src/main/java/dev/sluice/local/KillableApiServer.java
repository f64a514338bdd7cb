package dev.sluice.local;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real kube-apiserver with its etcd whose processes can be killed and come back with what was written down, as those of a
 * control plane do. The library that starts them for {@link LocalApiServer} ends both when one of them dies: here it is
 * only asked how it would start them.
 */
public final class KillableApiServer implements ApiServer {
    private static final Logger LOG = LoggerFactory.getLogger(KillableApiServer.class);
    private static final Duration COMES_UP_WITHIN = Duration.ofMinutes(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
    private static final List<String> DATA_OPTIONS = List.of("--data-dir", "--wal-dir", "-data-dir", "-wal-dir");

    /** What the server consists of. */
    public enum Program {
        /** Keeps the objects. */
        ETCD("etcd"),
        /** Answers the API. */
        API_SERVER("kube-apiserver");

        private final String file;

        Program(String file) {
            this.file = file;
        }
    }

    private final ApiServerBinaries.Location binaries;
    private final String kubeconfig;
    private final KubeconfigFile kubeconfigFile;
    private final Map<Program, List<String>> commands;
    private final Path directory;
    private final Map<Program, Process> processes = new EnumMap<>(Program.class);
    private final Set<Program> heldDown = EnumSet.noneOf(Program.class);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread keeper = new Thread(this::keepUp, "keep-apiserver");
    private final AtExit atExit;

    private KillableApiServer(
            ApiServerBinaries.Location binaries,
            String kubeconfig,
            Map<Program, List<String>> commands,
            Path directory) {
        this.binaries = binaries;
        this.kubeconfig = kubeconfig;
        this.kubeconfigFile = new KubeconfigFile(kubeconfig);
        this.commands = commands;
        this.directory = directory;
        this.atExit = AtExit.run("stop-apiserver", this::stop);
    }

    /**
     * Starts one; takes about 10 seconds.
     *
     * @throws LocalRuntimeException when it does not come up
     */
    public static KillableApiServer start(ApiServerBinaries.Location binaries) {
        Map<Program, List<String>> commands;
        String kubeconfig;
        // Two that start at the same time would take each other's processes for their own.
        synchronized (KillableApiServer.class) {
            Set<Long> others =
                    ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
            KubeAPIServer example = LocalApiServer.launch(binaries);
            try {
                kubeconfig = example.getKubeConfigYaml();
                commands = commandsBesides(others);
            } finally {
                example.stop();
            }
        }
        try {
            Path directory = Files.createTempDirectory("sluice-etcd-");
            commands.replaceAll((program, command) ->
                    command.stream().map(word -> relocated(word, directory)).toList());
            KillableApiServer server = new KillableApiServer(binaries, kubeconfig, commands, directory);
            server.begin();
            return server;
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot make a directory for etcd: " + e.getMessage(), e);
        }
    }

    private static Map<Program, List<String>> commandsBesides(Set<Long> others) {
        Map<Program, List<String>> commands = new EnumMap<>(Program.class);
        ProcessHandle.current()
                .children()
                .filter(child -> !others.contains(child.pid()))
                .map(KillableApiServer::commandOf)
                .filter(command -> !command.isEmpty())
                .forEach(command -> Stream.of(Program.values())
                        .filter(program -> Path.of(command.get(0)).endsWith(program.file))
                        .forEach(program -> commands.put(program, command)));
        if (commands.size() < Program.values().length) {
            throw new LocalRuntimeException(
                    "of etcd and kube-apiserver only " + commands.keySet() + " could be seen running");
        }
        return commands;
    }

    private static List<String> commandOf(ProcessHandle process) {
        try {
            return List.of(
                    Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.UTF_8)
                            .split("\0"));
        } catch (IOException e) {
            LOG.debug("a process has ended meanwhile", e);
            return List.of();
        }
    }

    /** Both may write where they like; what they kept before is not to be found again. */
    private static String relocated(String word, Path directory) {
        return DATA_OPTIONS.stream()
                .filter(option -> word.startsWith(option + "="))
                .findFirst()
                .map(option -> option + "=" + directory.resolve(option.replace("-", "")))
                .orElse(word);
    }

    private void begin() {
        try {
            for (Program program : Program.values()) {
                launch(program);
            }
            awaitReady();
            keeper.setDaemon(true);
            keeper.start();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + COMES_UP_WITHIN.toNanos();
        try (KubernetesClient client = client()) {
            while (!ready(client)) {
                if (System.nanoTime() > deadline) {
                    throw new LocalRuntimeException("the API server in " + binaries.directory()
                            + " does not come up within " + COMES_UP_WITHIN.toSeconds() + " s");
                }
                pause();
            }
        }
    }

    private static boolean ready(KubernetesClient client) {
        try {
            return "ok".equals(client.raw("/readyz"))
                    && client.namespaces().withName("default").get() != null;
        } catch (KubernetesClientException e) {
            LOG.debug("not ready", e);
            return false;
        }
    }

    private synchronized void launch(Program program) {
        try {
            processes.put(
                    program,
                    new ProcessBuilder(commands.get(program))
                            .redirectInput(ProcessBuilder.Redirect.from(
                                    Path.of("/dev/null").toFile()))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    directory.resolve(program.file + ".log").toFile()))
                            .start());
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot start " + program.file + ": " + e.getMessage(), e);
        }
    }

    /** What dies by itself is started again, as a kubelet does; kube-apiserver ends when etcd stays away. */
    private void keepUp() {
        while (!closed.get()) {
            pause();
            synchronized (this) {
                for (Program program : Program.values()) {
                    if (!closed.get()
                            && !heldDown.contains(program)
                            && !processes.get(program).isAlive()) {
                        launch(program);
                    }
                }
            }
        }
    }

    /** Kills one of its programs without a word, as a failure of its machine would; it stays away until {@link #revive}. */
    public synchronized void kill(Program program) {
        heldDown.add(program);
        end(processes.get(program));
    }

    /** Starts a program that was killed again, with what it had written down. Does not wait until it answers. */
    public synchronized void revive(Program program) {
        if (heldDown.remove(program) && !closed.get()) {
            launch(program);
        }
    }

    private static void end(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalRuntimeException("interrupted while the API server is looked after", e);
        }
    }

    @Override
    public String description() {
        return "kube-apiserver " + binaries.version();
    }

    @Override
    public String kubeconfig() {
        return kubeconfig;
    }

    @Override
    public Path kubeconfigFile() {
        return kubeconfigFile.path();
    }

    @Override
    public void close() {
        if (stop()) {
            atExit.cancel();
        }
    }

    private boolean stop() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        synchronized (this) {
            processes.values().forEach(KillableApiServer::end);
        }
        kubeconfigFile.close();
        try {
            FileTrees.delete(directory);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", directory, e.getMessage());
        }
        return true;
    }
}
