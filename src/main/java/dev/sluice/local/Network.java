package dev.sluice.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A network of this machine's own: a bridge ({@code sluice0}, 10.20.0.1/16) and network namespaces on it. There is no
 * route out of it, so no mail of a namespace can leave the machine. Several may be open at once, in this process or in
 * others: the second is {@code sluice1} with 10.21.0.0/16, and so on. Whoever holds the lock of a number owns
 * everything with that number in its name; what a killed process left is removed by the next one that opens a network.
 */
public final class Network implements AutoCloseable {
    private static final int MOST = 16;
    private static final int FIRST_SECOND_OCTET = 20;
    private static final Path LOCKS = Path.of("/run/sluice");
    private static final Path STATES = Path.of("/var/lib/sluice-local");
    private static final Path NAMESPACES = Path.of("/run/netns");

    private final int number;
    private final FileChannel channel;
    private final FileLock lock;
    private final Map<String, NetworkNamespace> attached = new ConcurrentHashMap<>();
    private final AddressPool nodeAddresses;
    private final AtomicBoolean closed = new AtomicBoolean();
    private AtExit atExit;

    private Network(int number, FileChannel channel, FileLock lock) {
        this.number = number;
        this.channel = channel;
        this.lock = lock;
        this.nodeAddresses = new AddressPool(prefix() + ".1.", 1, 254);
    }

    /**
     * Opens the first network that no other live process has.
     *
     * @throws LocalRuntimeException when this user may not make networks, or a tool is missing
     */
    public static Network open() {
        if (!available()) {
            throw new LocalRuntimeException("network namespaces need root and the commands ip, nft and unshare;"
                    + " run it with sudo, after apt-get install iproute2 nftables util-linux");
        }
        Network opened = null;
        try {
            Files.createDirectories(LOCKS);
            for (int number = 0; number < MOST; number++) {
                Optional<Network> free = claim(number);
                if (free.isEmpty()) {
                    continue;
                }
                Network network = free.get();
                network.sweep();
                if (opened == null && !network.isUsedByOthers()) {
                    opened = network;
                } else {
                    network.release();
                }
            }
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot claim a network: " + e.getMessage(), e);
        }
        if (opened == null) {
            throw new LocalRuntimeException(
                    "all " + MOST + " local networks (10." + FIRST_SECOND_OCTET + ".0.0/16 to 10."
                            + (FIRST_SECOND_OCTET + MOST - 1) + ".0.0/16) are in use; end another local run first");
        }
        opened.create();
        return opened;
    }

    /** Whether this process may make networks: root, with the commands that it takes. */
    public static boolean available() {
        return "root".equals(System.getProperty("user.name"))
                && Stream.of("ip", "nft", "unshare").allMatch(Network::installed)
                && SystemCommand.attempt("", List.of("unshare", "--net", "true"))
                                .code()
                        == 0;
    }

    private static boolean installed(String command) {
        return Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin")
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }

    /** The name of the bridge. */
    public String bridge() {
        return "sluice" + number;
    }

    /** The whole network, such as {@code 10.20.0.0/16}. */
    public String cidr() {
        return prefix() + ".0.0/16";
    }

    /** The address of this machine itself on the network, such as {@code 10.20.0.1}. */
    public String hostAddress() {
        return address(0, 1);
    }

    /** Where the edge is, such as {@code 10.20.0.5}. */
    public String edgeAddress() {
        return address(0, 5);
    }

    /** Where a sink is, such as {@code 10.20.200.1} for the first. */
    public String sinkAddress(int which) {
        return address(200, which);
    }

    /** Where a load generator is, such as {@code 10.20.201.1} for the first. */
    public String loadAddress(int which) {
        return address(201, which);
    }

    /** An address of this network by its last two octets. */
    public String address(int third, int fourth) {
        return prefix() + "." + third + "." + fourth;
    }

    /** An address for a node, from {@code x.y.1.0/24}; a given back one comes again as late as possible. */
    public String allocateNodeAddress() {
        return nodeAddresses.allocate();
    }

    /** Keeps an address that is in use already from being given out. */
    void reserveNodeAddress(String address) {
        nodeAddresses.reserve(address);
    }

    /** Gives a node's address back. */
    public void releaseNodeAddress(String address) {
        nodeAddresses.release(address);
    }

    /** A directory in memory for what belongs to this network; it goes with it. */
    public Path stateDirectory() {
        return STATES.resolve(bridge());
    }

    /**
     * Makes a namespace with one interface on the bridge.
     *
     * @param name unique in this network: lower-case letters, digits, dots and dashes
     * @param address of this network
     */
    public NetworkNamespace attach(String name, String address) {
        if (closed.get()) {
            throw new LocalRuntimeException("the network " + bridge() + " is closed");
        }
        NetworkNamespace namespace = new NetworkNamespace(this, name, bridge() + "-" + name, address);
        if (attached.putIfAbsent(name, namespace) != null) {
            throw new LocalRuntimeException("the network has a namespace " + name + " already");
        }
        try {
            namespace.create();
        } catch (LocalRuntimeException e) {
            namespace.close();
            throw e;
        }
        return namespace;
    }

    /** Removes a namespace that an earlier user of this network left, with everything that runs in it. */
    void discard(String name) {
        NetworkNamespace left = attached.get(name);
        if (left != null) {
            left.close();
        }
    }

    /** The namespaces that are attached now. */
    public Collection<NetworkNamespace> namespaces() {
        return List.copyOf(attached.values());
    }

    void detached(String name) {
        attached.remove(name);
    }

    @Override
    public void close() {
        if (remove()) {
            atExit.cancel();
        }
    }

    private boolean remove() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        try {
            sweep();
            attached.clear();
        } finally {
            release();
        }
        return true;
    }

    private void create() {
        try {
            Files.createDirectories(stateDirectory());
            // Postfix syncs every message; on a slow disk that would be what is measured. Without the right to mount it
            // stays on the disk.
            SystemCommand.attempt(
                    "",
                    List.of(
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "mode=0755",
                            "sluice-local",
                            stateDirectory().toString()));
            SystemCommand.runWithInput("""
                    link add %1$s type bridge
                    addr add %2$s/16 dev %1$s
                    link set %1$s up
                    """.formatted(bridge(), hostAddress()), List.of("ip", "-batch", "-"));
            atExit = AtExit.run("remove-network", this::remove);
        } catch (IOException | LocalRuntimeException e) {
            remove();
            throw new LocalRuntimeException("cannot make the network " + bridge() + ": " + e.getMessage(), e);
        }
    }

    private void sweep() {
        for (String name : names(NAMESPACES)) {
            if (name.startsWith(bridge() + "-")) {
                NetworkNamespace.delete(name);
            }
        }
        for (String name : names(Path.of("/sys/class/net"))) {
            if (name.equals(bridge()) || name.startsWith(NetworkNamespace.interfacePrefix(bridge()))) {
                SystemCommand.attempt("", List.of("ip", "link", "del", name));
            }
        }
        SystemCommand.attempt("", List.of("umount", "--lazy", stateDirectory().toString()));
        try {
            FileTrees.delete(stateDirectory());
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot remove " + stateDirectory() + ": " + e.getMessage(), e);
        }
    }

    private static List<String> names(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot list " + directory + ": " + e.getMessage(), e);
        }
    }

    private boolean isUsedByOthers() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(InetAddress::getHostAddress)
                    .anyMatch(address -> address.startsWith(prefix() + "."));
        } catch (SocketException e) {
            throw new LocalRuntimeException("cannot list this machine's addresses: " + e.getMessage(), e);
        }
    }

    private static Optional<Network> claim(int number) throws IOException {
        FileChannel channel = FileChannel.open(
                LOCKS.resolve("network-" + number + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new Network(number, channel, lock));
            }
        } catch (OverlappingFileLockException e) {
            // This very process has it.
        }
        channel.close();
        return Optional.empty();
    }

    private void release() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot give the network " + bridge() + " back: " + e.getMessage(), e);
        }
    }

    private String prefix() {
        return "10." + (FIRST_SECOND_OCTET + number);
    }
}
