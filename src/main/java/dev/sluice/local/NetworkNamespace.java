package dev.sluice.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One machine on a {@link Network}: an address, its own ports, its own packet filter. Closing it ends what runs in it. */
public final class NetworkNamespace implements AutoCloseable {
    private static final AtomicInteger INTERFACES = new AtomicInteger();
    private static final Pattern HANDLE = Pattern.compile("# handle (\\d+)");
    private static final String FAULTS = "sluice_faults";

    private final Network network;
    private final String name;
    private final String systemName;
    private final String address;
    private final AtomicBoolean faultsPrepared = new AtomicBoolean();

    NetworkNamespace(Network network, String name, String systemName, String address) {
        this.network = network;
        this.name = name;
        this.systemName = systemName;
        this.address = address;
    }

    /** The name within its network. */
    public String name() {
        return name;
    }

    /** The name that {@code ip netns} shows. */
    public String systemName() {
        return systemName;
    }

    /** Its IPv4 address. */
    public String address() {
        return address;
    }

    /** A command line that runs another one in this namespace. */
    public List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", systemName));
        whole.addAll(command);
        return whole;
    }

    /** How traffic is kept from arriving. */
    public enum Block {
        /** Packets vanish: the sender waits for its time-out. */
        DROP,
        /** The sender is told at once: connection refused. */
        REJECT
    }

    /**
     * Keeps everything that a namespace sends from arriving here, also on connections that are open.
     *
     * @return the fault; closing it mends the path
     */
    public NetworkFault blockFrom(NetworkNamespace sender, Block how) {
        return blockFrom(sender.address(), how);
    }

    /** The same for an address or a range in CIDR notation. */
    public NetworkFault blockFrom(String source, Block how) {
        prepareFaults();
        String match = "ip saddr " + source + " ";
        List<Integer> handles = new ArrayList<>();
        switch (how) {
            case DROP -> handles.add(addRule("input", match + "drop"));
            case REJECT -> {
                handles.add(addRule("input", match + "meta l4proto tcp reject with tcp reset"));
                handles.add(addRule("input", match + "reject"));
            }
        }
        return new NetworkFault(this, "input", handles);
    }

    /** Cuts this namespace off from everything but itself. */
    public NetworkFault cutOff() {
        prepareFaults();
        return new NetworkFault(this, "output", List.of(addRule("output", "oifname \"eth0\" drop")))
                .and(new NetworkFault(this, "input", List.of(addRule("input", "iifname \"eth0\" drop"))));
    }

    private int addRule(String chain, String rule) {
        String echo = nft("add rule inet " + FAULTS + " " + chain + " " + rule, "--echo", "--handle");
        Matcher handle = HANDLE.matcher(echo);
        if (!handle.find()) {
            throw new LocalRuntimeException("nft does not tell the handle of a rule it added: " + echo.strip());
        }
        return Integer.parseInt(handle.group(1));
    }

    void removeRule(String chain, int handle) {
        nft("delete rule inet " + FAULTS + " " + chain + " handle " + handle);
    }

    private void prepareFaults() {
        if (faultsPrepared.compareAndSet(false, true)) {
            nft("""
                table inet %s {
                    chain input {
                        type filter hook input priority -10; policy accept;
                    }
                    chain output {
                        type filter hook output priority -10; policy accept;
                    }
                }
                """.formatted(FAULTS));
        }
    }

    /** Gives rules to the packet filter of this namespace, all or none. */
    String nft(String rules, String... options) {
        List<String> command = new ArrayList<>(List.of("nft"));
        command.addAll(List.of(options));
        command.addAll(List.of("-f", "-"));
        return SystemCommand.runWithInput(rules + "\n", inside(command));
    }

    /**
     * Kills every process in it whose program has this name, without a word; their children go on.
     *
     * @param program the name as the kernel shows it, such as {@code master}
     */
    public void kill(String program) {
        processesOf(program).forEach(ProcessHandle::destroyForcibly);
    }

    /** Whether a program of this name runs in it. */
    public boolean runs(String program) {
        return !processesOf(program).isEmpty();
    }

    private List<ProcessHandle> processesOf(String program) {
        return SystemCommand.attempt("", List.of("ip", "netns", "pids", systemName))
                .output()
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("\\d+"))
                .filter(pid -> program.equals(programOf(pid)))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .toList();
    }

    private static String programOf(String pid) {
        try {
            return Files.readString(Path.of("/proc", pid, "comm")).strip();
        } catch (IOException e) {
            // It has ended meanwhile.
            return "";
        }
    }

    /** Whether anything still runs in it. */
    boolean hasProcesses() {
        return !SystemCommand.run("ip", "netns", "pids", systemName).isBlank();
    }

    void create() {
        String outer = interfacePrefix(network.bridge()) + Integer.toString(INTERFACES.incrementAndGet(), 36);
        SystemCommand.runWithInput("""
                netns add %1$s
                link add %2$s type veth peer name eth0 netns %1$s
                link set %2$s master %3$s up
                """.formatted(systemName, outer, network.bridge()), List.of("ip", "-batch", "-"));
        SystemCommand.runWithInput("""
                link set lo up
                addr add %s/16 dev eth0
                link set eth0 up
                """.formatted(address), List.of("ip", "-netns", systemName, "-batch", "-"));
    }

    /** The names of a bridge's interfaces begin so; the kernel allows 15 characters. */
    static String interfacePrefix(String bridge) {
        return bridge.toLowerCase(Locale.ROOT).replace("sluice", "slc") + "v";
    }

    @Override
    public void close() {
        delete(systemName);
        network.detached(name);
    }

    static void delete(String systemName) {
        SystemCommand.Result pids = SystemCommand.attempt("", List.of("ip", "netns", "pids", systemName));
        if (pids.code() == 0) {
            pids.output()
                    .lines()
                    .filter(line -> line.strip().matches("\\d+"))
                    .map(line -> Long.parseLong(line.strip()))
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .forEach(ProcessHandle::destroyForcibly);
        }
        SystemCommand.attempt("", List.of("ip", "netns", "del", systemName));
    }
}
