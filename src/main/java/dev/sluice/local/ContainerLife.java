package dev.sluice.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** A container from its first start over its restarts to its end. Not safe for use by several threads. */
final class ContainerLife {
    /** A cluster waits 10 s to 5 min; here people wait. */
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);
    private static final Duration HEALTHY_AFTER = Duration.ofMinutes(1);

    private final String name;
    private final NetworkNamespace network;
    private final Path podDirectory;
    private final Path log;
    private final PodVolumes volumes;
    private final KubeletObjects objects;

    private ContainerRun run;
    private boolean ended;
    private int restarts;
    private int lastExitCode;
    private Instant lastStarted;
    private Instant lastEnded;
    private Instant startAt = Instant.MIN;
    private Duration backoff = FIRST_BACKOFF;
    private boolean ready;
    private int failedProbes;
    private Instant nextProbe = Instant.MIN;
    private String obstacle = "";

    ContainerLife(
            String name,
            NetworkNamespace network,
            Path podDirectory,
            Path log,
            PodVolumes volumes,
            KubeletObjects objects,
            int restarts) {
        this.name = name;
        this.network = network;
        this.podDirectory = podDirectory;
        this.log = log;
        this.volumes = volumes;
        this.objects = objects;
        this.restarts = restarts;
    }

    boolean isRunning() {
        return run != null && run.isRunning();
    }

    void terminate() {
        ready = false;
        if (run != null) {
            run.terminate();
        }
    }

    void kill() {
        if (run != null) {
            run.kill();
        }
    }

    void killAndAwait() {
        kill();
        try {
            if (run != null) {
                run.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void step(Pod pod, Instant now) {
        Container container = pod.getSpec().getContainers().stream()
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElseThrow();
        if (run == null && !ended && !now.isBefore(startAt)) {
            start(pod, container, now);
        } else if (run != null && !run.isRunning()) {
            noteEnd(pod, now);
        }
        probe(container, now);
    }

    private void start(Pod pod, Container container, Instant now) {
        try {
            Map<String, String> environment = ContainerEnvironment.of(pod, container, network.address(), objects);
            List<String> command = ContainerSandbox.command(
                    network,
                    Files.createDirectories(podDirectory.resolve("scratch-" + name)),
                    pod.getMetadata().getName(),
                    network.address(),
                    volumes.mounts(pod, container),
                    container.getWorkingDir() == null ? "/" : container.getWorkingDir(),
                    program(container, environment));
            ProcessBuilder.Redirect input = Boolean.TRUE.equals(container.getStdin())
                    ? ProcessBuilder.Redirect.PIPE
                    : ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile());
            run = ContainerRun.start(command, environment, input, log, now);
            obstacle = "";
            failedProbes = 0;
            nextProbe = now.plusSeconds(initialDelay(container.getReadinessProbe()));
        } catch (PodVolumes.NotReadyException | LocalRuntimeException | IOException e) {
            obstacle = e.getMessage();
            startAt = now.plus(FIRST_BACKOFF);
        }
    }

    /** There are no images here: what has no command of its own is this program. */
    private static List<String> program(Container container, Map<String, String> environment) {
        List<String> arguments = ContainerEnvironment.expand(container.getArgs(), environment);
        if (container.getCommand().isEmpty()) {
            return ProgramCommand.of(64, arguments);
        }
        List<String> whole =
                new java.util.ArrayList<>(ContainerEnvironment.expand(container.getCommand(), environment));
        whole.addAll(arguments);
        return whole;
    }

    private void noteEnd(Pod pod, Instant now) {
        lastExitCode = run.exitCode();
        lastStarted = run.started();
        lastEnded = now;
        ready = false;
        run = null;
        String policy = pod.getSpec().getRestartPolicy();
        if ("Never".equals(policy) || ("OnFailure".equals(policy) && lastExitCode == 0)) {
            ended = true;
            return;
        }
        if (Duration.between(lastStarted, lastEnded).compareTo(HEALTHY_AFTER) > 0) {
            backoff = FIRST_BACKOFF;
        }
        startAt = now.plus(backoff);
        backoff = backoff.multipliedBy(2).compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : backoff.multipliedBy(2);
        restarts++;
    }

    private void probe(Container container, Instant now) {
        Probe probe = container.getReadinessProbe();
        if (!isRunning() || now.isBefore(nextProbe)) {
            return;
        }
        if (probe == null) {
            ready = true;
            return;
        }
        nextProbe = now.plusSeconds(probe.getPeriodSeconds() == null ? 10 : probe.getPeriodSeconds());
        if (Prober.succeeds(probe, container, network.address())) {
            failedProbes = 0;
            ready = true;
        } else {
            failedProbes++;
            int tolerated = probe.getFailureThreshold() == null ? 3 : probe.getFailureThreshold();
            if (failedProbes >= tolerated) {
                ready = false;
            }
            if (!ready) {
                // While it comes up, people watch.
                nextProbe = now.plus(Duration.ofMillis(500));
            }
        }
    }

    private static int initialDelay(Probe probe) {
        return probe == null || probe.getInitialDelaySeconds() == null ? 0 : probe.getInitialDelaySeconds();
    }

    boolean isReady() {
        return ready && isRunning();
    }

    boolean hasEnded() {
        return ended;
    }

    int exitCode() {
        return lastExitCode;
    }

    /**
     * As a kubelet would report it.
     *
     * @param waitingFor what the whole pod waits for, empty for nothing
     */
    ContainerStatus status(Container container, String waitingFor) {
        String reasonToWait = obstacle.isEmpty() ? waitingFor : obstacle;
        ContainerStatusBuilder status = new ContainerStatusBuilder()
                .withName(name)
                .withImage(container.getImage() == null ? "" : container.getImage())
                .withImageID("")
                .withReady(isReady())
                .withStarted(isRunning())
                .withRestartCount(restarts);
        if (isRunning()) {
            status.withNewState()
                    .withNewRunning()
                    .withStartedAt(text(run.started()))
                    .endRunning()
                    .endState();
        } else if (ended) {
            status.withNewState()
                    .withNewTerminated()
                    .withExitCode(lastExitCode)
                    .withReason(lastExitCode == 0 ? "Completed" : "Error")
                    .withStartedAt(text(lastStarted))
                    .withFinishedAt(text(lastEnded))
                    .endTerminated()
                    .endState();
        } else {
            status.withNewState()
                    .withNewWaiting()
                    .withReason(
                            !reasonToWait.isEmpty()
                                    ? "CreateContainerConfigError"
                                    : lastEnded == null ? "ContainerCreating" : "CrashLoopBackOff")
                    .withMessage(reasonToWait.isEmpty() ? null : reasonToWait)
                    .endWaiting()
                    .endState();
        }
        if (lastEnded != null && !ended) {
            status.withNewLastState()
                    .withNewTerminated()
                    .withExitCode(lastExitCode)
                    .withReason(lastExitCode == 0 ? "Completed" : "Error")
                    .withStartedAt(text(lastStarted))
                    .withFinishedAt(text(lastEnded))
                    .endTerminated()
                    .endLastState();
        } else {
            // As the server gives it back: a status that seems to differ would be written for ever.
            status.withNewLastState().endLastState();
        }
        return status.build();
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
