package dev.sluice.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the machine has of the programs that nodes, edge and network are made of, and how what is missing gets there. */
public final class Machine {
    private static final Map<String, Path> PACKAGES = packages();

    private final PrintWriter out;

    /** One that talks to a person. */
    public Machine(PrintWriter out) {
        this.out = out;
    }

    private static Map<String, Path> packages() {
        Map<String, Path> packages = new LinkedHashMap<>();
        packages.put("postfix", Path.of("/usr/sbin/postfix"));
        packages.put("haproxy", Path.of("/usr/sbin/haproxy"));
        packages.put("nftables", Path.of("/usr/sbin/nft"));
        packages.put("iproute2", Path.of("/usr/sbin/ip"));
        return packages;
    }

    /** The version of the nodes' mail transfer agent, such as {@code Postfix 3.7.11}. */
    public static String nodes() {
        return "Postfix "
                + SystemCommand.run("/usr/sbin/postconf", "-d", "-h", "mail_version")
                        .strip();
    }

    /** The version of the edge, such as {@code HAProxy 2.6.12}. */
    public static String edge() {
        return Edge.version();
    }

    /** Debian's packages that are missing. */
    static List<String> missing() {
        List<String> missing = new ArrayList<>();
        PACKAGES.forEach((name, program) -> {
            if (!Files.isExecutable(program)) {
                missing.add(name);
            }
        });
        return missing;
    }

    /**
     * Sees to it that nodes, edge and network can be real.
     *
     * @param installWithoutAsking whether a person has agreed already
     * @throws LocalRuntimeException when they cannot; the message says what to do
     */
    public void prepare(boolean installWithoutAsking) {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new LocalRuntimeException(
                    "network namespaces and Postfix on port 25 need root: run it again with sudo");
        }
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        String command = "apt-get install -y --no-install-recommends " + String.join(" ", missing);
        if (!Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            throw new LocalRuntimeException("missing: %s; install them with this machine's package manager"
                    .formatted(String.join(", ", missing)));
        }
        if (!installWithoutAsking && !agreed(command)) {
            throw new LocalRuntimeException("nothing was installed; missing: " + String.join(", ", missing));
        }
        install(missing);
    }

    private boolean agreed(String command) {
        out.print("Missing here: %s%nInstall them now? The services are not started. [y/N] ".formatted(command));
        out.flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            return answer != null
                    && answer.strip().toLowerCase(java.util.Locale.ROOT).startsWith("y");
        } catch (IOException e) {
            return false;
        }
    }

    private void install(List<String> packages) {
        out.println("Installing " + String.join(", ", packages) + " …");
        out.flush();
        Path policy = Path.of("/usr/sbin/policy-rc.d");
        boolean mine = !Files.exists(policy);
        try {
            if (mine) {
                // Debian asks this file whether a package may start its service (invoke-rc.d(8)); 101 forbids it.
                Files.writeString(policy, "#!/bin/sh\nexit 101\n");
                SystemCommand.run("chmod", "755", policy.toString());
            }
            SystemCommand.run("apt-get", "update", "-qq");
            List<String> command = new ArrayList<>(List.of(
                    "env",
                    "DEBIAN_FRONTEND=noninteractive",
                    "apt-get",
                    "install",
                    "-y",
                    "-qq",
                    "--no-install-recommends"));
            command.addAll(packages);
            SystemCommand.run(command.toArray(String[]::new));
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot keep services from starting: " + e.getMessage(), e);
        } finally {
            if (mine) {
                remove(policy);
            }
        }
    }

    private static void remove(Path policy) {
        try {
            Files.deleteIfExists(policy);
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot remove " + policy + ": " + e.getMessage(), e);
        }
    }
}
